// Times of a job by five-field cron in a time zone. Times are found among those that clocks of the
// zone show, and mapped to instants: never by adding 24 hours. All functions are pure.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/time_zone.hpp"

namespace cartograph::orchestration {

/// Minute, hour, day of month, month and day of week: numbers, names of months and days (jan, mon),
/// ranges, lists, and steps of `*` or a range; or @hourly, @daily, @weekly, @monthly. 0 and 7 are
/// Sunday. Where day of month and day of week are both given, either matches; one that begins with
/// `*` counts as not given, and both must match.
///
/// What a change of the clocks does:
///   fixed times (no `*` in minute and hour): those that are passed over run once at the change,
///     several together once; those that come twice run once, at the first
///   an interval (`*` or `*/n` in minute or hour): nothing is made up; runs at both
class Cron {
 public:
  /// Throws UsageError which names the field, and the nearest name where it has one; also for a
  /// date that never comes, as 30 February.
  explicit Cron(std::string_view text);

  /// As it was given.
  const std::string& text() const { return text_; }
  bool is_interval() const { return is_interval_; }

  /// Whether it is due when clocks show this time, whose seconds do not count.
  bool matches(LocalTime time) const;

  /// The first time after `after`; nothing where it lies beyond what time zones know (2102).
  std::optional<Instant> next(const TimeZone& zone, Instant after) const;
  /// The last time at or before `until`, and after `after`; nothing where there is none.
  std::optional<Instant> last(const TimeZone& zone, Instant after, Instant until) const;

 private:
  bool matches_day(Day day) const;
  /// The first minute from `from` to before `to`, as clocks show them, in minutes since 1970.
  std::optional<std::int64_t> find(std::int64_t from, std::int64_t to) const;

  std::string text_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;
  bool is_either_day_ = false;
  bool is_interval_ = false;
};

/// What a change of the clocks does to a job's time.
struct CronTime {
  Instant at;
  bool is_moved = false;  // clocks pass the time over; it runs at the change
  bool is_twice = false;  // clocks show the time twice, and it runs at both
};

/// The next time after `after`, as `explain` shows it; nothing where there is none.
std::optional<CronTime> next_explained(const Cron& cron, const TimeZone& zone, Instant after);

}  // namespace cartograph::orchestration
