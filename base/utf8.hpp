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

/// The code point at the start of `text`, which is UTF-8 and not empty, and is taken off it.
char32_t take_character(std::string_view& text);

/// Whether nothing, or a space like any other, is to be seen of a character.
bool is_invisible(char32_t character);

/// `raw` for a line of a message: its first `characters_max` characters; those that cannot be seen
/// as <U+200B>, what is not UTF-8 as U+FFFD.
std::string visible(std::string_view raw, std::size_t characters_max);

/// Code points in UTF-8 `text`.
std::size_t count_characters(std::string_view text);

}  // namespace cartograph
