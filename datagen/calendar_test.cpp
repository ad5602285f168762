// The shape of days and weeks.
#include "datagen/calendar.hpp"

#include <gtest/gtest.h>

namespace cartograph::datagen {
namespace {

TEST(CalendarTest, OrdersOfAllDaysAddUp) {
  for (const std::int64_t orders : {1, 7, 20'000}) {
    const Calendar calendar(1, *day_of(2025, 1, 1), 90, orders);
    std::int64_t sum = 0;
    for (int day = 0; day < 90; ++day) {
      EXPECT_GE(calendar.orders_on(day), 0);
      sum += calendar.orders_on(day);
    }
    EXPECT_EQ(sum, orders);
    EXPECT_EQ(calendar.orders(), orders);
  }
}

TEST(CalendarTest, DecemberSellsMoreThanFebruaryAndTheNextYearMoreThanTheLast) {
  const Calendar calendar(1, *day_of(2025, 1, 1), 730, 1'000'000);
  const auto february = calendar.orders_between(31, 59);
  const auto early_december = calendar.orders_between(334, 354);
  EXPECT_GT(early_december / 20, february / 28);
  EXPECT_GT(calendar.orders_between(365, 730), calendar.orders_between(0, 365));
}

TEST(CalendarTest, BeyondTheEndADayIsAnAverageOne) {
  const Calendar calendar(1, *day_of(2025, 1, 1), 10, 1'000);
  EXPECT_EQ(calendar.orders_between(10, 12), 200);
  EXPECT_EQ(calendar.orders_between(0, 11), 1'100);
}

TEST(CalendarTest, TheWarehouseWorksByDayAndNotOnSundays) {
  const Calendar calendar(1, *day_of(2025, 3, 1), 30, 100);  // a Saturday
  Random random(1, Stream::order, 1);
  for (Seconds at = calendar.midnight(0); at < calendar.midnight(14); at += 1'733) {
    const Seconds works = Calendar::working_time(at, random);
    EXPECT_GE(works, at);
    EXPECT_LT(works - at, 3 * kDay);
    EXPECT_GE(works % kDay, 7 * kHour);
    EXPECT_LT(works % kDay, 18 * kHour);
    EXPECT_NE(calendar.index_of(works) % 7, 1);
  }
}

}  // namespace
}  // namespace cartograph::datagen
