// What the memo is written from: rows of answers of one published run. Its reading is as
// thread-safe as the reader.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "answers/breakdown.hpp"
#include "answers/cohorts.hpp"
#include "answers/figures.hpp"
#include "answers/memo_rows.hpp"
#include "answers/recognition.hpp"
#include "answers/runs.hpp"
#include "answers/sku_returns.hpp"
#include "answers/stock_alerts.hpp"
#include "reports/published_store.hpp"
#include "reports/rejected_worth.hpp"

namespace cartograph::reports {

inline constexpr std::int32_t kMemoDays = 28;
inline constexpr std::int32_t kUsualWeeksMax = 13;

/// A range beside the one before, by what it consists of.
struct BrokenDown {
  std::string by;  // as in /metrics/breakdown
  std::vector<answers::BreakdownRow> now;
  std::vector<answers::BreakdownRow> before;
};

struct MemoData {
  PublishedStore store;
  Range range;
  std::vector<answers::DailyFigures> days;  // of all the data to the range's end, without gaps
  answers::Measures now;
  std::optional<answers::Measures> before;       // where the data reach back over it
  std::optional<answers::Measures> year_before;  // the same weekdays, 364 days before
  std::vector<BrokenDown> parts;                 // country, channel, category, sku, customer_type
  std::vector<answers::LargestSale> largest_sales;
  std::vector<answers::CohortWindow> cohorts;  // of 30 days, oldest first
  Range returns_range;                         // of sales whose time to come back is over
  std::vector<answers::SkuReturns> returns;
  std::vector<answers::StockAlert> alerts;  // open, largest shortfall first
  std::optional<answers::RecognisedRevenue> balances;
  std::optional<answers::RecognisedRevenue> balances_before;  // before the range
  std::vector<answers::LandedRows> landed;  // of the range and the weeks before it
  RejectedWorth rejected_items;             // of the range
  std::vector<answers::CheckResult> failed_checks;

  Range before_range() const { return moved(range, range.days()); }
  Range year_before_range() const { return moved(range, 364); }
  /// The figures of a day; nothing outside of `days`.
  const answers::DailyFigures* day(Day day) const;
  const BrokenDown* by(std::string_view name) const;
};

/// Of `range`, or of the kMemoDays before the last day of the data, which may not be over.
MemoData read_memo_data(warehouse::Reader& reader, const PublishedStore& store,
                        const std::optional<Range>& range);

}  // namespace cartograph::reports
