// A broken sequence is replaced once, however many bytes of it were well begun.
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace cartograph {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Length of the valid UTF-8 sequence at the start of `text`; 0 where there is none, and then
// `skipped` says how many bytes belong to the broken one.
std::size_t sequence_length(std::string_view text, std::size_t& skipped) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead < 0x80) {
    return 1;
  } else if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  skipped = 1;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return 0;
    skipped = i + 1;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

std::string replaced(std::string_view raw, bool (*is_refused)(char)) {
  std::string text;
  text.reserve(raw.size());
  while (!raw.empty()) {
    std::size_t skipped = 1;
    const std::size_t length = is_refused(raw[0]) ? 0 : sequence_length(raw, skipped);
    if (length == 0) {
      text += kReplacement;
      raw.remove_prefix(skipped);
    } else {
      text += raw.substr(0, length);
      raw.remove_prefix(length);
    }
  }
  return text;
}

}  // namespace

std::string printable(std::string_view raw) {
  return replaced(raw, [](char c) { return c == '\0'; });
}

std::string printable_name(std::string_view raw) {
  return replaced(raw, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

char32_t take_character(std::string_view& text) {
  std::size_t skipped = 1;
  const std::size_t length = sequence_length(text, skipped);
  const auto lead = static_cast<unsigned char>(text[0]);
  constexpr unsigned kLeadBits[] = {0xFF, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t character = lead & kLeadBits[length];
  for (std::size_t i = 1; i < length; ++i) {
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  text.remove_prefix(length == 0 ? skipped : length);
  return length == 0 ? U'\uFFFD' : character;
}

bool is_invisible(char32_t c) {
  const auto within = [c](char32_t low, char32_t high) { return low <= c && c <= high; };
  return c < 0x20 || within(0x7F, 0xA0) || c == 0xAD || c == 0x180E || within(0x2000, 0x200F) ||
         within(0x2028, 0x202F) || within(0x205F, 0x206F) || c == 0x3000 || c == 0xFEFF;
}

std::string visible(std::string_view raw, std::size_t characters_max) {
  std::string text;
  for (std::size_t count = 0; !raw.empty(); ++count) {
    if (count == characters_max) return text + "…";
    const std::string_view from = raw;
    const char32_t character = take_character(raw);
    if (is_invisible(character)) {
      text += fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(character));
    } else if (character == U'\uFFFD') {
      text += kReplacement;
    } else {
      text += from.substr(0, from.size() - raw.size());
    }
  }
  return text;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace cartograph
