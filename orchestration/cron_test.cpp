// Times against brute force, which looks at every minute of ten years as clocks show it and knows
// neither stretches nor lookups; and what people write wrongly.
#include "orchestration/cron.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

Instant utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  return {day_of(year, month, day)->start_utc().micros + (hour * 60 + minute) * kMinute};
}

std::string next(const char* expression, const char* zone, Instant after) {
  const auto found = Cron(expression).next(load_time_zone(zone), after);
  return found ? to_string(*found).substr(0, 16) : "never";
}

std::string refusal(const char* expression) {
  try {
    const Cron cron(expression);
    return "taken";
  } catch (const UsageError& error) {
    return error.what();
  }
}

struct Date {
  int day, month, weekday;
};

struct Expression {
  const char* text;
  bool is_interval;
  std::function<bool(const Date&)> on_day;
  std::function<bool(int hour, int minute)> at;
};

const std::vector<Expression>& expressions() {
  const auto every_day = [](const Date&) { return true; };
  static const std::vector<Expression> all = {
      {"30 2 * * *", false, every_day, [](int h, int m) { return h == 2 && m == 30; }},
      {"0,15,30,45 0-3,23 * * *", false, every_day,
       [](int h, int m) { return (h <= 3 || h == 23) && m % 15 == 0; }},
      {"0 3 1,15 * sun", false,
       [](const Date& d) { return d.day == 1 || d.day == 15 || d.weekday == 0; },
       [](int h, int m) { return h == 3 && m == 0; }},
      {"45 12 30 12 *", false, [](const Date& d) { return d.day == 30 && d.month == 12; },
       [](int h, int m) { return h == 12 && m == 45; }},
      {"5 0 29 feb *", false, [](const Date& d) { return d.day == 29 && d.month == 2; },
       [](int h, int m) { return h == 0 && m == 5; }},
      {"*/20 * * * *", true, every_day, [](int, int m) { return m % 20 == 0; }},
      {"10 */2 * mar-nov mon-fri", true,
       [](const Date& d) {
         return d.month >= 3 && d.month <= 11 && d.weekday >= 1 && d.weekday <= 5;
       },
       [](int h, int m) { return h % 2 == 0 && m == 10; }},
      {"* 1-3 * * 5-7", true, [](const Date& d) { return d.weekday == 0 || d.weekday >= 5; },
       [](int h, int) { return h >= 1 && h <= 3; }}};
  return all;
}

// Which minutes of a day, and whether a day, of one expression; days are asked once.
class Matching {
 public:
  explicit Matching(const Expression& expression) : expression_(expression) {
    for (int minute = 0; minute < 1440; ++minute) {
      minutes_[minute] = expression.at(minute / 60, minute % 60);
    }
  }
  bool operator()(std::int64_t local_minute) {
    const std::int64_t day = local_minute / 1440;  // all after 1970
    if (day != day_) {
      day_ = day;
      const auto date = civil(Day{static_cast<std::int32_t>(day)});
      is_day_ = expression_.on_day({static_cast<int>(static_cast<unsigned>(date.day())),
                                    static_cast<int>(static_cast<unsigned>(date.month())),
                                    static_cast<int>((day + 4) % 7)});
    }
    return is_day_ && minutes_[local_minute % 1440];
  }

 private:
  const Expression& expression_;
  bool minutes_[1440] = {};
  std::int64_t day_ = -1;
  bool is_day_ = false;
};

class TenYears : public testing::TestWithParam<const char*> {};

TEST_P(TenYears, EveryTimeIsThatOfBruteForce) {
  const TimeZone zone = load_time_zone(GetParam());
  const Instant begin = utc(2010, 1, 1), end = utc(2020, 1, 1);
  std::vector<std::int64_t> shown;
  shown.reserve(static_cast<std::size_t>((end.micros - begin.micros) / kMinute));
  for (Instant at = begin; at < end; at.micros += kMinute) {
    const LocalTime time = local_time(zone, at);
    ASSERT_EQ(time.micros % kMinute, 0);
    shown.push_back(time.day.since_epoch * 1440LL + time.micros / kMinute);
  }
  for (const Expression& expression : expressions()) {
    SCOPED_TRACE(expression.text);
    Matching matches(expression);
    const Cron cron(expression.text);
    ASSERT_EQ(cron.is_interval(), expression.is_interval);
    // Plain comparisons: this is done for every minute, and tests are not optimised.
    const std::int64_t* const clock = shown.data();
    const std::size_t size = shown.size();
    std::int64_t highest = clock[0];
    auto expected = cron.next(zone, begin);
    std::int64_t count = 0;
    for (std::size_t i = 1; i < size; ++i) {
      bool is_due = false;
      if (expression.is_interval || clock[i] > highest) is_due = matches(clock[i]);
      if (!expression.is_interval) {
        for (std::int64_t passed = clock[i - 1] + 1; passed < clock[i]; ++passed) {
          if (matches(passed)) is_due = true;
        }
      }
      if (clock[i] > highest) highest = clock[i];
      if (!is_due) continue;
      const Instant at{begin.micros + static_cast<std::int64_t>(i) * kMinute};
      if (!expected || expected->micros != at.micros) {
        FAIL() << "expected " << to_string(at) << " after " << count << " times, and it is "
               << (expected ? to_string(*expected) : "never");
      }
      expected = cron.next(zone, at);
      ++count;
    }
    EXPECT_TRUE(expected && *expected >= end);
    EXPECT_GE(count, 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Cron, TenYears,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                         "America/Santiago", "Africa/Casablanca", "Pacific/Apia",
                                         "UTC"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

TEST(Cron, AFixedTimeThatClocksPassOverRunsOnceAtTheChange) {
  const Instant before = utc(2026, 3, 28, 12);
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", before), "2026-03-29T01:00");
  EXPECT_EQ(next("0,15,30 2 * * *", "Europe/Berlin", before), "2026-03-29T01:00");
  EXPECT_EQ(next("0,15,30 2 * * *", "Europe/Berlin", utc(2026, 3, 29, 1)), "2026-03-30T00:00");
  EXPECT_EQ(next("*/30 2 * * *", "Europe/Berlin", before), "2026-03-30T00:00");
}

TEST(Cron, AFixedTimeThatComesTwiceRunsOnceAndAnIntervalAtBoth) {
  const Instant before = utc(2026, 10, 24, 12);
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", before), "2026-10-25T00:30");
  EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", utc(2026, 10, 25, 0, 30)), "2026-10-26T01:30");
  EXPECT_EQ(next("30 * * * *", "Europe/Berlin", utc(2026, 10, 25, 0, 30)), "2026-10-25T01:30");
}

TEST(Cron, ADayThatAZoneLostIsMadeUpOnceAtTheChange) {
  EXPECT_EQ(next("45 12 30 12 *", "Pacific/Apia", utc(2011, 1, 1)), "2011-12-30T10:00");
}

TEST(Cron, WhatAChangeDoesIsExplained) {
  const TimeZone berlin = load_time_zone("Europe/Berlin");
  const auto moved = next_explained(Cron("30 2 * * *"), berlin, utc(2026, 3, 28, 12));
  EXPECT_TRUE(moved->is_moved && !moved->is_twice);
  const auto regular = next_explained(Cron("0 2,3 * * *"), berlin, utc(2026, 3, 28, 12));
  EXPECT_EQ(to_string(regular->at).substr(0, 16), "2026-03-29T01:00");
  EXPECT_FALSE(regular->is_moved) << "3 o'clock is a time of its own";
  const auto once = next_explained(Cron("30 2 * * *"), berlin, utc(2026, 10, 24, 12));
  EXPECT_FALSE(once->is_moved || once->is_twice);
  const auto first = next_explained(Cron("30 * * * *"), berlin, utc(2026, 10, 25, 0));
  const auto second = next_explained(Cron("30 * * * *"), berlin, first->at);
  EXPECT_TRUE(first->is_twice && second->is_twice);
  EXPECT_EQ(second->at.micros - first->at.micros, 60 * kMinute);
}

TEST(Cron, TheLastTimeIsFoundHoweverLongAgoItWas) {
  const TimeZone zone = load_time_zone("America/New_York");
  const Instant until = utc(2026, 5, 4, 12, 7);
  const auto last = [&](const char* expression, Instant after) {
    const auto found = Cron(expression).last(zone, after, until);
    return found ? to_string(*found).substr(0, 16) : "never";
  };
  EXPECT_EQ(last("*/5 * * * *", utc(2000, 1, 1)), "2026-05-04T12:05");
  EXPECT_EQ(last("7 8 * * *", utc(2000, 1, 1)), "2026-05-04T12:07") << "until is included";
  EXPECT_EQ(last("0 0 29 2 *", utc(2000, 1, 1)), "2024-02-29T05:00");
  EXPECT_EQ(last("0 0 29 2 *", utc(2024, 2, 29, 5)), "never") << "after is not";
}

TEST(Cron, NamesRangesListsStepsAndShortFormsMeanWhatTheySay) {
  const Instant sunday = utc(2026, 11, 1);
  EXPECT_EQ(next("0 0 * * 7", "UTC", sunday), "2026-11-08T00:00");
  EXPECT_EQ(next("0 0 * * 0", "UTC", sunday), "2026-11-08T00:00");
  EXPECT_EQ(next("0 0 * JAN,Mar Sat", "UTC", sunday), "2027-01-02T00:00");
  EXPECT_EQ(next("0 0 10-20/5 * *", "UTC", utc(2026, 11, 10)), "2026-11-15T00:00");
  EXPECT_EQ(next("@hourly", "UTC", sunday), "2026-11-01T01:00");
  EXPECT_EQ(next("@daily", "UTC", sunday), "2026-11-02T00:00");
  EXPECT_EQ(next("@weekly", "UTC", sunday), "2026-11-08T00:00");
  EXPECT_EQ(next("@monthly", "UTC", sunday), "2026-12-01T00:00");
  EXPECT_EQ(next("0 0 */10 * mon", "UTC", sunday), "2026-12-21T00:00") << "both, where one has *";
}

TEST(Cron, WhatIsWrongIsNamedWithTheFieldAndTheNearestName) {
  EXPECT_THAT(refusal("0 0 30 2 *"), HasSubstr("never comes"));
  EXPECT_THAT(refusal("0 0 31 4,6,9,11 *"), HasSubstr("never comes"));
  EXPECT_EQ(refusal("0 0 30 2 mon"), "taken") << "either day counts";
  EXPECT_THAT(refusal("0 0 * *"), HasSubstr("has 4 fields; it takes five"));
  EXPECT_THAT(refusal(""), HasSubstr("has 0 fields"));
  EXPECT_THAT(refusal("60 0 * * *"), HasSubstr("minute '60' is not from 0 to 59"));
  EXPECT_THAT(refusal("0 24 * * *"), HasSubstr("hour '24' is not from 0 to 23"));
  EXPECT_THAT(refusal("0 0 0 * *"), HasSubstr("day of month '0' is not from 1 to 31"));
  EXPECT_THAT(refusal("0 0 * fev *"), HasSubstr("month 'fev' is no name; the nearest one is feb"));
  EXPECT_THAT(refusal("0 0 * * mom"), HasSubstr("day of week 'mom'"));
  EXPECT_THAT(refusal("0 20-4 * * *"), HasSubstr("hour '20-4' ends before it begins"));
  EXPECT_THAT(refusal("5/15 * * * *"), HasSubstr("steps from nowhere"));
  EXPECT_THAT(refusal("*/0 * * * *"), HasSubstr("no number of 1 or more"));
  EXPECT_THAT(refusal("1,,2 * * * *"), HasSubstr("minute '' is no number"));
  EXPECT_THAT(refusal("@dayly"), HasSubstr("the nearest one is @daily"));
  EXPECT_EQ(refusal("0 0 29 2 */7"), "taken") << "29 February is a Sunday now and then";
}

}  // namespace
}  // namespace cartograph::orchestration
