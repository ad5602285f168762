// Reading one value of a feed: from trimmed bytes to a typed value, or to the fault that it has.
// The accepted forms and the order of precedence of faults are those of the feeds' specification;
// an enumerator's place in Fault is that order. Pure functions, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/instant.hpp"
#include "base/money.hpp"

namespace cartograph::contracts {

enum class Fault : std::uint8_t {
  none,
  required,  // no value where one is needed
  not_an_integer,
  not_a_decimal,
  more_than_two_decimals,
  not_a_timestamp,  // of another form, or no real date or time
  not_a_listed_word,
  not_an_email,
  not_a_currency,
  not_a_country,
  too_long,
  control_character,
  out_of_range,
  another_currency,  // a currency, but not the reporting currency
};

/// Whether there is nothing but spaces and tabs.
constexpr bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

/// What is trimmed beside spaces and tabs: no-break spaces and characters without width, in UTF-8.
inline constexpr std::array<std::string_view, 4> kWideSpaces{"\xC2\xA0", "\xE2\x80\xAF",
                                                             "\xE2\x80\x8B", "\xEF\xBB\xBF"};

/// The value without leading and trailing spaces, tabs, no-break spaces (U+00A0, U+202F) and
/// characters without width (U+200B, U+FEFF).
constexpr std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  while (!text.empty()) {
    if (is_space(text.front())) {
      text.remove_prefix(1);
    } else if (is_ascii(text.front())) {
      break;
    } else {
      const std::size_t size = text.size();
      for (const std::string_view space : kWideSpaces) {
        if (text.starts_with(space)) text.remove_prefix(space.size());
      }
      if (text.size() == size) break;
    }
  }
  while (!text.empty()) {
    if (is_space(text.back())) {
      text.remove_suffix(1);
    } else if (is_ascii(text.back())) {
      break;
    } else {
      const std::size_t size = text.size();
      for (const std::string_view space : kWideSpaces) {
        if (text.ends_with(space)) text.remove_suffix(space.size());
      }
      if (text.size() == size) break;
    }
  }
  return text;
}

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Equal but for the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

/// Code points in UTF-8 `text`.
std::size_t count_characters(std::string_view text);

/// U+0000-001F or U+007F-009F in `text`; with `allow_line_breaks`, tab, LF and CR do not count.
bool has_control_character(std::string_view text, bool allow_line_breaks);

// Each reads `text`, trimmed and not empty, into `value`.
Fault read_text(std::string_view text, std::size_t length_max, bool allow_line_breaks,
                std::string_view& value);
Fault read_integer(std::string_view text, std::int64_t min, std::int64_t max, std::int32_t& value);
/// With `comma_allowed`, a comma may stand in the place of the decimal point.
Fault read_money(std::string_view text, Money min, Money max, Money& value,
                 bool comma_allowed = false);
Fault read_timestamp(std::string_view text, Instant& value);
Fault read_email(std::string_view text, std::string_view& value);
/// `value` is an upper-case text of static storage.
Fault read_country(std::string_view text, std::string_view& value);
/// `value` becomes `reporting_currency` itself.
Fault read_currency(std::string_view text, std::string_view reporting_currency,
                    std::string_view& value);
/// `index` becomes the place of the word in `words`, in any letter case.
Fault read_word(std::string_view text, std::span<const std::string_view> words, std::size_t& index);

}  // namespace cartograph::contracts
