// Weights are whole numbers; shares come from running sums, so that rounding never loses an order.
#include "datagen/calendar.hpp"

#include <algorithm>
#include <array>

namespace cartograph::datagen {
namespace {

constexpr std::array<int, 7> kWeekdayWeights{112, 106, 99, 97, 98, 93, 88};  // from Sunday
constexpr std::array<int, 12> kMonthWeights{93, 89, 95, 98, 101, 96, 91, 92, 99, 105, 124, 138};
constexpr int kGrowthPerMilleAYear = 180;
constexpr std::array<int, 24> kHourWeights{10, 6,  3,  2,  2,  4,  12, 24, 38, 50, 58, 60,
                                           62, 58, 54, 54, 56, 62, 72, 86, 96, 84, 52, 24};

unsigned weekday(Day day) {
  return std::chrono::weekday(std::chrono::sys_days{std::chrono::days{day.since_epoch}})
      .c_encoding();
}

// Per cent of an ordinary day of the month.
int season_percent(Day day) {
  const auto date = civil(day);
  const auto month = static_cast<unsigned>(date.month());
  const auto of_month = static_cast<unsigned>(date.day());
  if (month == 11 && weekday(day) == 5 && of_month >= 22 && of_month <= 28) return 230;
  if (month == 11 && of_month >= 22) return 130;
  if (month == 12 && of_month == 1) return 150;
  if (month == 12 && of_month >= 21 && of_month <= 26) return 55;
  if (month == 1 && of_month == 1) return 60;
  return 100;
}

}  // namespace

Calendar::Calendar(std::uint64_t seed, Day start, int days, std::int64_t orders)
    : start_(start), days_(days) {
  std::vector<std::int64_t> weights_through{0};
  for (int index = 0; index < days; ++index) {
    Random random(seed, Stream::calendar, static_cast<std::uint64_t>(index));
    const Day today = day(index);
    std::int64_t weight = kWeekdayWeights[weekday(today)] * kMonthWeights[month(index) - 1];
    weight = weight * season_percent(today) / 100;
    weight = weight * (1000 + kGrowthPerMilleAYear * index / 365) / 1000;
    weight = weight * random.between(90, 110) / 100;
    weights_through.push_back(weights_through.back() + weight);
  }
  for (const std::int64_t weight : weights_through) {
    orders_through_.push_back(orders * weight / weights_through.back());
  }
}

std::int64_t Calendar::orders_between(int from, int to) const {
  const auto through = [&](int index) {
    const int known = std::min(index, days_);
    return orders_through_[static_cast<std::size_t>(known)] + orders() * (index - known) / days_;
  };
  return through(to) - through(from);
}

bool Calendar::is_sale_day(int index) const {
  const auto date = civil(day(index));
  const auto of_month = static_cast<unsigned>(date.day());
  const unsigned month = static_cast<unsigned>(date.month());
  return (month == 11 && of_month >= 22) || (month == 1 && of_month >= 2 && of_month <= 12) ||
         (month == 7 && of_month <= 10);
}

Seconds Calendar::shopping_time(Random& random) {
  const auto hour = static_cast<Seconds>(random.weighted(kHourWeights));
  return hour * kHour + random.between(0, kHour - 1);
}

Seconds Calendar::working_time(Seconds at, Random& random) {
  constexpr Seconds kOpens = 7 * kHour;
  constexpr Seconds kCloses = 18 * kHour;
  constexpr int kSunday = 3;  // days since 1970-01-01, a Thursday, modulo 7
  Seconds time = at % kDay;
  Seconds midnight = at - time;
  if (time >= kCloses) {
    midnight += kDay;
    time = 0;
  }
  if (midnight / kDay % 7 == kSunday) {
    midnight += kDay;
    time = 0;
  }
  if (time < kOpens) time = kOpens + random.between(0, 3 * kHour);
  return midnight + time;
}

}  // namespace cartograph::datagen
