// Kaplan and Meier's estimate: of those who could still be watched on a day, and had not bought
// again before it, the share that did on it.
#include "answers/cohorts.hpp"

#include <algorithm>
#include <span>

namespace cartograph::answers {
namespace {

constexpr std::int64_t kDaysMax = 90;

Day next_month(Day month) {
  const std::chrono::sys_days date = civil(month) + std::chrono::months{1};
  return Day{static_cast<std::int32_t>(date.time_since_epoch().count())};
}

// `rows` are those of one cohort, by days.
std::vector<RetentionPoint> curve_of(std::span<const RetentionDay> rows, std::int64_t size,
                                     Day as_of) {
  std::vector<RetentionPoint> curve;
  const Day cohort = rows.front().cohort_month;
  const Day last_first_sale = rows.front().last_first_sale;
  std::int64_t at_risk = size;
  std::int64_t bought = 0;
  double waiting = 1;    // the share that has not bought again
  bool is_known = true;  // until nobody can be watched any more
  auto row = rows.begin();
  for (std::int32_t day = 0; day <= kDaysMax && cohort + day <= as_of; ++day) {
    const bool is_there = row != rows.end() && row->days == day;
    const std::int64_t events = is_there ? row->bought_again : 0;
    if (at_risk > 0) {
      waiting *= static_cast<double>(at_risk - events) / static_cast<double>(at_risk);
    } else if (waiting > 0) {
      is_known = false;
    }
    bought += events;
    if (day > 0) {
      const bool is_closed = last_first_sale + day <= as_of;
      // Once nobody has to be estimated the share is exact.
      const Rate share{is_closed ? static_cast<double>(bought) / static_cast<double>(size)
                                 : 1 - waiting};
      curve.push_back(
          {day, is_known ? std::optional(share) : std::nullopt, bought, at_risk, is_closed});
    }
    if (is_there) {
      at_risk -= events + row->still_open;
      ++row;
    }
  }
  return curve;
}

std::vector<ActiveMonth> months_of(Day cohort, std::int64_t size,
                                   const std::vector<RetentionMonth>& rows, Day as_of) {
  std::vector<ActiveMonth> months;
  Day month = cohort;
  for (std::int64_t number = 0; month <= as_of; ++number, month = next_month(month)) {
    const auto found = std::ranges::find_if(rows, [&](const RetentionMonth& row) {
      return row.cohort_month == cohort && row.month == month;
    });
    const std::int64_t customers = found == rows.end() ? 0 : found->customers;
    months.push_back({number, month, customers,
                      Rate{static_cast<double>(customers) / static_cast<double>(size)},
                      next_month(month) + -1 <= as_of});
  }
  return months;
}

}  // namespace

std::vector<CohortRetention> retention(const std::vector<RetentionDay>& days,
                                       const std::vector<RetentionMonth>& months, Day as_of) {
  std::vector<CohortRetention> cohorts;
  for (auto begin = days.begin(); begin != days.end();) {
    const Day cohort = begin->cohort_month;
    const auto end = std::find_if(
        begin, days.end(), [&](const RetentionDay& row) { return row.cohort_month != cohort; });
    std::int64_t size = 0;
    for (auto row = begin; row != end; ++row) size += row->bought_again + row->still_open;
    cohorts.push_back({cohort, size, curve_of({begin, end}, size, as_of),
                       months_of(cohort, size, months, as_of)});
    begin = end;
  }
  return cohorts;
}

std::vector<RetentionStep> retention_steps(const std::vector<CohortRetention>& cohorts) {
  std::vector<RetentionStep> steps;
  for (const CohortRetention& cohort : cohorts) {
    for (const RetentionPoint& point : cohort.curve) {
      steps.push_back({cohort.cohort_month, cohort.cohort_size, "day", point.day, point.customers,
                       point.share, point.is_closed});
    }
    for (const ActiveMonth& month : cohort.months) {
      steps.push_back({cohort.cohort_month, cohort.cohort_size, "month", month.month,
                       month.customers, month.share, month.is_closed});
    }
  }
  return steps;
}

}  // namespace cartograph::answers
