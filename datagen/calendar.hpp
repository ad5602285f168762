// How many orders each day of the story gets, and when in the day: weekdays, seasons, growth,
// late November's sale days. The orders of all days add up to exactly what was asked for.
#pragma once

#include <cstdint>
#include <vector>

#include "base/instant.hpp"
#include "datagen/random.hpp"

namespace cartograph::datagen {

/// Seconds since 1970: the story's clock, which ticks in whole seconds.
using Seconds = std::int64_t;
inline constexpr Seconds kDay = 86'400;
inline constexpr Seconds kHour = 3'600;
inline constexpr Seconds kMinute = 60;

constexpr Instant instant(Seconds at) { return {at * kMicrosPerSecond}; }

class Calendar {
 public:
  Calendar(std::uint64_t seed, Day start, int days, std::int64_t orders);

  int days() const { return days_; }
  Day day(int index) const { return start_ + index; }
  Seconds midnight(int index) const {
    return static_cast<Seconds>(start_.since_epoch + index) * kDay;
  }
  /// The story's day that `at` lies on; may be days() or more.
  int index_of(Seconds at) const { return static_cast<int>(at / kDay) - start_.since_epoch; }
  unsigned month(int index) const { return static_cast<unsigned>(civil(day(index)).month()); }

  std::int64_t orders() const { return orders_through_.back(); }
  std::int64_t orders_on(int index) const { return orders_between(index, index + 1); }
  /// Orders of the days [from, to), `from` in the story; beyond its end as on an average day.
  std::int64_t orders_between(int from, int to) const;

  /// Whether discounts are offered on more of the range than usual.
  bool is_sale_day(int index) const;

  /// When in a day somebody buys.
  static Seconds shopping_time(Random& random);
  /// The first moment from `at` on at which the warehouse works: not at night, not on Sundays.
  static Seconds working_time(Seconds at, Random& random);

 private:
  Day start_;
  int days_;
  std::vector<std::int64_t> orders_through_;  // by number of days gone
};

}  // namespace cartograph::datagen
