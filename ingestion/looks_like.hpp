// What a file of which no row could be taken seems to be, told by what it begins with, and what to
// do about it. Guesses for people: nothing is decided by them. Each is empty where nothing fits.
// Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {

/// `bytes` are the whole file: a workbook, an archive, a page of HTML, UTF-16 without a mark.
std::string looks_like_another_file(std::string_view bytes);

/// `text` was refused as CSV of `feed`; `mapping` may be null.
std::string looks_like_csv(std::string_view text, const contracts::Feed& feed,
                           const contracts::FeedMapping* mapping);

/// `text` was refused as JSON: lines of it, or an array.
std::string looks_like_json(std::string_view text, bool lines, const contracts::Feed& feed,
                            const contracts::FeedMapping* mapping);

}  // namespace cartograph::ingestion
