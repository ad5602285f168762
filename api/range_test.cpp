// Ranges of days and what they are compared with.
#include "api/range.hpp"

#include <gtest/gtest.h>

namespace cartograph::api {
namespace {

Range range(const char* from, const char* to) { return {*parse_day(from), *parse_day(to)}; }

TEST(RangeBefore, OfAPeriodIsAsManyDaysBeforeIt) {
  EXPECT_EQ(range_before(range("2025-03-08", "2025-03-14"), "previous_period", "weekday"),
            range("2025-03-01", "2025-03-07"));
  EXPECT_EQ(range_before(range("2025-03-01", "2025-03-01"), "previous_period", "date"),
            range("2025-02-28", "2025-02-28"));
}

TEST(RangeBefore, OfAYearMeetsWeekdaysOrDates) {
  EXPECT_EQ(range_before(range("2025-03-03", "2025-03-09"), "previous_year", "weekday"),
            range("2024-03-04", "2024-03-10"));
  EXPECT_EQ(range_before(range("2025-03-03", "2025-03-09"), "previous_year", "date"),
            range("2024-03-03", "2024-03-09"));
  EXPECT_EQ(range_before(range("2024-02-29", "2024-02-29"), "previous_year", "date"),
            range("2023-02-28", "2023-02-28"));
}

TEST(RangeBefore, IsNothingWhereNothingIsCompared) {
  EXPECT_FALSE(range_before(range("2025-03-03", "2025-03-09"), "none", "weekday"));
}

}  // namespace
}  // namespace cartograph::api
