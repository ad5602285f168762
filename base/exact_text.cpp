// Forms are compared character by character: a warehouse that holds another is a fault.
#include "base/exact_text.hpp"

namespace cartograph {

std::optional<Money> parse_money(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  constexpr std::size_t kDigitsMax = 18;
  if (text.size() < 4 || text.size() > kDigitsMax + 1 || text[text.size() - 3] != '.') {
    return std::nullopt;
  }
  std::int64_t cents = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == text.size() - 3) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    cents = cents * 10 + (text[i] - '0');
  }
  return Money{negative ? -cents : cents};
}

std::optional<Instant> parse_instant(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.ddddddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  constexpr std::size_t kTimeStart = 11;
  const auto number = [&](std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !is_digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto day = parse_day(text.substr(0, kTimeStart - 1));
  const std::int64_t hour = number(kTimeStart, 2);
  const std::int64_t minute = number(kTimeStart + 3, 2);
  const std::int64_t second = number(kTimeStart + 6, 2);
  if (!day || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t of_day =
      ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + number(kTimeStart + 9, 6);
  return Instant{day->start_utc().micros + of_day};
}

std::string short_text(Instant instant) {
  std::string text = to_string(instant);
  text.pop_back();  // Z
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "Z";
}

}  // namespace cartograph
