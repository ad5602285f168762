// The value readers. They see every value of every row: no allocation, no locale, no exceptions.
#include "contracts/value.hpp"

#include <array>

#include "base/utf8.hpp"

namespace cartograph::contracts {
namespace {

inline constexpr std::size_t kEmailLengthMax = 254;
inline constexpr std::size_t kMoneyDigitsMax = 16;

// Every pair of upper-case letters, so that a country needs no storage of its own.
constexpr auto kLetterPairs = [] {
  std::array<char, 26 * 26 * 2> pairs{};
  for (int first = 0; first < 26; ++first) {
    for (int second = 0; second < 26; ++second) {
      pairs[static_cast<std::size_t>((first * 26 + second) * 2)] = static_cast<char>('A' + first);
      pairs[static_cast<std::size_t>((first * 26 + second) * 2 + 1)] =
          static_cast<char>('A' + second);
    }
  }
  return pairs;
}();

constexpr bool is_letter(char c) {
  const char upper = ascii_upper(c);
  return upper >= 'A' && upper <= 'Z';
}

// Reads exactly `count` digits at `position`, or answers -1.
int digits(std::string_view text, std::size_t position, std::size_t count) {
  if (position + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = position; i < position + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Takes "Thh:mm", ":ss" and decimals off the start of `text` and adds them to `micros`.
bool read_time(std::string_view& text, std::int64_t& micros) {
  const int hour = digits(text, 1, 2);
  const int minute = digits(text, 4, 2);
  if ((text[0] != 'T' && text[0] != ' ') || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      text[3] != ':') {
    return false;
  }
  micros += (hour * 3600LL + minute * 60) * kMicrosPerSecond;
  text.remove_prefix(6);
  if (text.empty() || text[0] != ':') return true;
  const int second = digits(text, 1, 2);
  if (second < 0 || second > 59) return false;
  micros += second * kMicrosPerSecond;
  text.remove_prefix(3);
  if (text.empty() || text[0] != '.') return true;
  constexpr std::size_t kDecimalsMax = 9;
  std::int64_t unit = kMicrosPerSecond / 10;
  std::size_t decimals = 0;
  for (text.remove_prefix(1); !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    if (++decimals > kDecimalsMax || (unit == 0 && text[0] != '0')) return false;
    micros += (text[0] - '0') * unit;
    unit /= 10;
  }
  return decimals > 0;
}

// The whole of `text`: nothing, or one space at most and Z, UTC, GMT, +hh:mm, +hhmm or +hh.
bool read_offset(std::string_view text, std::int64_t& offset) {
  if (text.empty()) return true;
  if (text[0] == ' ') text.remove_prefix(1);
  for (const std::string_view utc : {"Z", "UTC", "GMT"}) {
    if (equals_ignoring_case(text, utc)) return true;
  }
  const int hours = digits(text, 1, 2);
  if (hours < 0 || hours > 23 || (text[0] != '+' && text[0] != '-')) return false;
  int minutes = 0;
  if (text.size() > 3) {
    const std::size_t at = text[3] == ':' ? 4 : 3;
    minutes = digits(text, at, 2);
    if (minutes < 0 || minutes > 59 || text.size() != at + 2) return false;
  }
  offset = (hours * 3600LL + minutes * 60) * kMicrosPerSecond;
  if (text[0] == '-') offset = -offset;
  return true;
}

}  // namespace

std::size_t count_characters(std::string_view text) { return cartograph::count_characters(text); }

bool has_control_character(std::string_view text, bool allow_line_breaks) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20) {
      if (!(allow_line_breaks && (c == '\t' || c == '\n' || c == '\r'))) return true;
    } else if (c == 0x7F) {
      return true;
    } else if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;  // U+0080 to U+009F
    }
  }
  return false;
}

Fault read_text(std::string_view text, std::size_t length_max, bool allow_line_breaks,
                std::string_view& value) {
  if (text.size() > length_max && count_characters(text) > length_max) return Fault::too_long;
  if (has_control_character(text, allow_line_breaks)) return Fault::control_character;
  value = text;
  return Fault::none;
}

Fault read_integer(std::string_view text, std::int64_t min, std::int64_t max, std::int32_t& value) {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return Fault::not_an_integer;
  constexpr std::int64_t kBeyond = 10'000'000'000;  // where more digits change nothing
  std::int64_t magnitude = 0;
  for (const char c : text) {
    if (!is_digit(c)) return Fault::not_an_integer;
    magnitude = std::min(magnitude * 10 + (c - '0'), kBeyond);
  }
  const std::int64_t number = negative ? -magnitude : magnitude;
  if (number < min || number > max) return Fault::out_of_range;
  value = static_cast<std::int32_t>(number);
  return Fault::none;
}

Fault read_money(std::string_view text, Money min, Money max, Money& value, bool comma_allowed) {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::size_t whole = 0;
  std::int64_t number = 0;
  while (whole < text.size() && is_digit(text[whole])) {
    if (whole < kMoneyDigitsMax) number = number * 10 + (text[whole] - '0');
    ++whole;
  }
  if (whole == 0) return Fault::not_a_decimal;
  std::size_t decimals = 0;
  bool is_finer = false;
  if (whole < text.size()) {
    if (text[whole] != '.' && !(comma_allowed && text[whole] == ',')) return Fault::not_a_decimal;
    for (std::size_t i = whole + 1; i < text.size(); ++i, ++decimals) {
      if (!is_digit(text[i])) return Fault::not_a_decimal;
      if (decimals >= 2 && text[i] != '0') is_finer = true;
    }
    if (decimals == 0) return Fault::not_a_decimal;
    if (is_finer) return Fault::more_than_two_decimals;
  }
  if (whole > kMoneyDigitsMax) return Fault::out_of_range;
  for (std::size_t i = 0; i < 2; ++i) {
    number = number * 10 + (i < decimals ? text[whole + 1 + i] - '0' : 0);
  }
  const Money amount{negative ? -number : number};
  if (amount < min || amount > max) return Fault::out_of_range;
  value = amount;
  return Fault::none;
}

Fault read_timestamp(std::string_view text, Instant& value) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day_of_month = digits(text, 8, 2);
  if (year < 0 || month < 0 || day_of_month < 0 || text[4] != '-' || text[7] != '-') {
    return Fault::not_a_timestamp;
  }
  const auto day = day_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day_of_month));
  if (!day) return Fault::not_a_timestamp;
  std::int64_t micros = day->since_epoch * kMicrosPerDay;
  text.remove_prefix(10);
  if (!text.empty()) {
    std::int64_t offset = 0;
    if (!read_time(text, micros) || !read_offset(text, offset)) return Fault::not_a_timestamp;
    micros -= offset;
  }
  if (year < 1970 || year > 2100) return Fault::out_of_range;
  value = Instant{micros};
  return Fault::none;
}

Fault read_email(std::string_view text, std::string_view& value) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string_view::npos ||
      text.find(' ') != std::string_view::npos || has_control_character(text, false)) {
    return Fault::not_an_email;
  }
  if (text.size() > kEmailLengthMax && count_characters(text) > kEmailLengthMax) {
    return Fault::too_long;
  }
  value = text;
  return Fault::none;
}

Fault read_country(std::string_view text, std::string_view& value) {
  if (text.size() != 2 || !is_letter(text[0]) || !is_letter(text[1])) return Fault::not_a_country;
  const auto place =
      static_cast<std::size_t>((ascii_upper(text[0]) - 'A') * 26 + (ascii_upper(text[1]) - 'A'));
  value = {kLetterPairs.data() + place * 2, 2};
  return Fault::none;
}

Fault read_currency(std::string_view text, std::string_view reporting_currency,
                    std::string_view& value) {
  if (text.size() != 3 || !is_letter(text[0]) || !is_letter(text[1]) || !is_letter(text[2])) {
    return Fault::not_a_currency;
  }
  if (!equals_ignoring_case(text, reporting_currency)) return Fault::another_currency;
  value = reporting_currency;
  return Fault::none;
}

Fault read_word(std::string_view text, std::span<const std::string_view> words,
                std::size_t& index) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (equals_ignoring_case(text, words[i])) {
      index = i;
      return Fault::none;
    }
  }
  return Fault::not_a_listed_word;
}

}  // namespace cartograph::contracts
