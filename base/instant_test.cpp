// Calendar arithmetic and the one text form of days and instants.
#include "base/instant.hpp"

#include <gtest/gtest.h>

namespace cartograph {
namespace {

TEST(Day, IsReadFromItsExactForm) {
  EXPECT_EQ(parse_day("1970-01-01"), Day{0});
  EXPECT_EQ(parse_day("2025-03-10"), Day{20157});
  EXPECT_EQ(parse_day("2000-02-29"), Day{11016});
  EXPECT_EQ(parse_day("1969-12-31"), Day{-1});
}

TEST(Day, IsNotReadFromAnyOtherForm) {
  for (const char* text : {"", "2025-3-10", "2025-03-1", "25-03-10", "2025/03/10", "2025-03-10 ",
                           " 2025-03-10", "2025-03-1x", "20250310", "2025-03-100", "2025--3-10",
                           "-025-03-10", "2025-0-310", "2025-03-10T00:00:00Z", "2025-+3-10"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(Day, HasToBeOnTheCalendar) {
  for (const char* text : {"2025-02-29", "1900-02-29", "2100-02-29", "2025-02-30", "2025-04-31",
                           "2025-00-10", "2025-13-01", "2025-01-00", "2025-01-32"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
  EXPECT_TRUE(parse_day("2024-02-29"));
}

TEST(Day, GoesToTextAndBack) {
  for (const char* text : {"0000-01-01", "1970-01-01", "1999-12-31", "2024-02-29", "9999-12-31"}) {
    const auto day = parse_day(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(to_string(*day), text);
  }
}

TEST(Day, CountsOnOverMonthsAndYears) {
  EXPECT_EQ(to_string(*parse_day("2024-02-28") + 1), "2024-02-29");
  EXPECT_EQ(to_string(*parse_day("2024-12-31") + 1), "2025-01-01");
  EXPECT_EQ(to_string(*parse_day("2025-03-01") + -1), "2025-02-28");
}

TEST(Instant, IsWrittenInUtcWithMicroseconds) {
  EXPECT_EQ(to_string(Instant{0}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_string(Instant{1'740'823'200'000'001}), "2025-03-01T10:00:00.000001Z");
  EXPECT_EQ(to_string(Instant{1'740'823'199'999'999}), "2025-03-01T09:59:59.999999Z");
}

TEST(Instant, BeforeTheEpochIsOnTheDayBefore) {
  EXPECT_EQ(to_string(Instant{-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(utc_day(Instant{-1}), Day{-1});
  EXPECT_EQ(utc_day(Instant{-kMicrosPerDay}), Day{-1});
}

TEST(Instant, ADayStartsAtMidnightUtc) {
  const Day day = *parse_day("2025-03-10");
  EXPECT_EQ(to_string(day.start_utc()), "2025-03-10T00:00:00.000000Z");
  EXPECT_EQ(utc_day(day.start_utc()), day);
  EXPECT_EQ(utc_day(Instant{day.start_utc().micros - 1}), day + -1);
  EXPECT_EQ(utc_day(Instant{day.start_utc().micros + kMicrosPerDay - 1}), day);
}

TEST(Instant, TheClockGoesForwardAndIsOfThisCentury) {
  const Instant first = now();
  const Instant second = now();
  EXPECT_LE(first, second);
  EXPECT_GT(first, parse_day("2025-01-01")->start_utc());
  EXPECT_LT(first, parse_day("2100-01-01")->start_utc());
}

}  // namespace
}  // namespace cartograph
