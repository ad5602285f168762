// Points in time (microseconds since 1970-01-01T00:00:00Z) and calendar days (days since
// 1970-01-01), proleptic Gregorian, leap seconds unknown. Time zones: base/time_zone.hpp.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartograph {

struct Instant {
  std::int64_t micros = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

struct Day {
  std::int32_t since_epoch = 0;
  friend constexpr auto operator<=>(Day, Day) = default;
  constexpr Day operator+(std::int32_t days) const { return {since_epoch + days}; }
  constexpr Instant start_utc() const { return {since_epoch * kMicrosPerDay}; }
};

/// The day of a calendar date; nothing where there is no such date.
constexpr std::optional<Day> day_of(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

inline constexpr std::chrono::year_month_day civil(Day day) {
  return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day.since_epoch}}};
}

/// The UTC day that `instant` lies on.
constexpr Day utc_day(Instant instant) {
  return Day{static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(std::chrono::microseconds{instant.micros}).count())};
}

/// Exactly "YYYY-MM-DD", a real date; nothing else.
std::optional<Day> parse_day(std::string_view text);

/// "2025-03-01".
std::string to_string(Day day);

/// "2025-03-01T10:00:00.000000Z".
std::string to_string(Instant instant);

/// The wall clock.
Instant now();

}  // namespace cartograph
