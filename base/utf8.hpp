// Bytes that may be anything, as text that may be shown, logged or stored anywhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cartograph {

/// `raw` with every sequence that is not UTF-8, and U+0000, as U+FFFD.
std::string printable(std::string_view raw);

/// Likewise control characters of ASCII, too: for names that stand in a line of a message.
std::string printable_name(std::string_view raw);

/// Code points in UTF-8 `text`.
std::size_t count_characters(std::string_view text);

}  // namespace cartograph
