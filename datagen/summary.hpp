// What a generated store holds, counted while it is written.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cartograph::datagen {

/// What went into the files of one feed.
struct FeedSummary {
  std::string_view feed;
  std::int64_t files = 0;
  std::int64_t rows = 0;         // good ones
  std::int64_t rows_resent = 0;  // copies of the row before, which change nothing
  std::int64_t rows_bad = 0;
  std::map<std::string, std::int64_t> rows_bad_by_kind;  // by the message without what varies
};

struct StoreSummary {
  std::array<FeedSummary, 6> feeds;  // in the order of the contracts
};

}  // namespace cartograph::datagen
