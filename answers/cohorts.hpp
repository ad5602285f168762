// What customers do after their first sale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct CohortWindow {
  static constexpr std::string_view kAnswer = "cohort_windows";
  Day cohort_month;
  std::int64_t cohort_size = 0;
  std::int64_t eligible_customers = 0;
  std::int64_t retained_customers = 0;
  std::optional<Rate> retention_rate;
  Money revenue;
  std::optional<Average> ltv;
  bool is_mature = false;
};
BOOST_DESCRIBE_STRUCT(CohortWindow, (),
                      (cohort_month, cohort_size, eligible_customers, retained_customers,
                       retention_rate, revenue, ltv, is_mature))

struct RetentionDay {
  static constexpr std::string_view kAnswer = "retention_days";
  Day cohort_month;
  Day last_first_sale;
  std::int64_t days = 0;
  std::int64_t bought_again = 0;
  std::int64_t still_open = 0;
};
BOOST_DESCRIBE_STRUCT(RetentionDay, (),
                      (cohort_month, last_first_sale, days, bought_again, still_open))

struct RetentionMonth {
  static constexpr std::string_view kAnswer = "retention_months";
  Day cohort_month;
  Day month;
  std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(RetentionMonth, (), (cohort_month, month, customers))

struct RetentionPoint {
  static constexpr FieldText kTexts[] = {
      {"day", "days after the first sale, 1 to 90"},
      {"share",
       "who bought again within so many days, by Kaplan and Meier's estimate, which counts "
       "customers only for as long as they can be watched; null where none can"},
      {"customers", "who is known to have bought again by then"},
      {"at_risk", "who could be watched on the day and had not bought again before it"},
      {"is_closed", "whether so many days have passed for every customer of the cohort"}};
  std::int64_t day = 0;
  std::optional<Rate> share;
  std::int64_t customers = 0;
  std::int64_t at_risk = 0;
  bool is_closed = false;
};
BOOST_DESCRIBE_STRUCT(RetentionPoint, (), (day, share, customers, at_risk, is_closed))

struct ActiveMonth {
  static constexpr FieldText kTexts[] = {
      {"month", "calendar months after the cohort's own, which is 0"},
      {"period_start", "its first day"},
      {"customers", "customers of the cohort with a sale in it"},
      {"share", "customers / cohort_size"},
      {"is_closed", "whether the month is over"}};
  std::int64_t month = 0;
  Day period_start;
  std::int64_t customers = 0;
  Rate share;
  bool is_closed = false;
};
BOOST_DESCRIBE_STRUCT(ActiveMonth, (), (month, period_start, customers, share, is_closed))

struct CohortRetention {
  static constexpr FieldText kTexts[] = {
      {"cohort_month", "the first day of the month of the customers' first sales"},
      {"cohort_size", "how many customers they are"},
      {"curve", "who bought again, by day"},
      {"months", "who bought in each calendar month"}};
  Day cohort_month;
  std::int64_t cohort_size = 0;
  std::vector<RetentionPoint> curve;
  std::vector<ActiveMonth> months;
};
BOOST_DESCRIBE_STRUCT(CohortRetention, (), (cohort_month, cohort_size, curve, months))

/// All cohorts, oldest first, as far as `as_of` lets any of their customers be watched.
std::vector<CohortRetention> retention(const std::vector<RetentionDay>& days,
                                       const std::vector<RetentionMonth>& months, Day as_of);

/// A point of a curve, or a month, as a row.
struct RetentionStep {
  static constexpr FieldText kTexts[] = {
      {"cohort_month", "the first day of the month of the customers' first sales"},
      {"cohort_size", "how many customers they are"},
      {"step", "day or month"},
      {"number", "days after the first sale, or months after the cohort's own"},
      {"customers", "of a day: who has bought again by then; of a month: who bought in it"},
      {"share", "of a day: by Kaplan and Meier; of a month: customers / cohort_size"},
      {"is_closed", "whether the time is over for all of them"}};
  Day cohort_month;
  std::int64_t cohort_size = 0;
  std::string step;
  std::int64_t number = 0;
  std::int64_t customers = 0;
  std::optional<Rate> share;
  bool is_closed = false;
};
BOOST_DESCRIBE_STRUCT(RetentionStep, (),
                      (cohort_month, cohort_size, step, number, customers, share, is_closed))

std::vector<RetentionStep> retention_steps(const std::vector<CohortRetention>& cohorts);

}  // namespace cartograph::answers
