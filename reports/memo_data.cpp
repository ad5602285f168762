// Returns are judged on sales of 90 days that ended 40 days before: most of what comes back has by
// then, after delivery and the 30 days.
#include "reports/memo_data.hpp"

#include <algorithm>

namespace cartograph::reports {
namespace {

constexpr std::int64_t kMembersMax = 1000;
constexpr std::int32_t kReturnsOver = 40;
constexpr std::int32_t kReturnsDays = 90;

Range range_of(const PublishedStore& store, const std::optional<Range>& range) {
  if (range) return *range;
  const auto as_of = store.as_of();
  if (!as_of || !store.first_day || *as_of == *store.first_day) return store.last_days(1);
  const Day last = *as_of + -1;
  return {std::max(last + (1 - kMemoDays), *store.first_day), last};
}

template <class Row>
std::vector<answers::BreakdownRow> members(warehouse::Reader& reader, std::string_view by,
                                           const Range& range) {
  std::vector<answers::BreakdownRow> rows;
  answers::ask_each<Row>(
      reader, [&](Row&& row) { rows.push_back(std::move(row)); }, by, range.from, range.to,
      std::nullopt, std::nullopt, kMembersMax);
  return rows;
}

BrokenDown broken_down(warehouse::Reader& reader, std::string_view by, const Range& now,
                       const Range& before) {
  const bool is_by_line = by == "sku" || by == "category";
  const auto of = [&](const Range& range) {
    return is_by_line ? members<answers::BreakdownByLine>(reader, by, range)
                      : members<answers::BreakdownByOrder>(reader, by, range);
  };
  return {std::string(by), of(now), of(before)};
}

std::optional<answers::RecognisedRevenue> balances_on(warehouse::Reader& reader, Day day) {
  return answers::ask_one<answers::RecognisedRevenue>(reader, day, day, 1);
}

}  // namespace

const answers::DailyFigures* MemoData::day(Day day) const {
  if (days.empty() || day < days.front().date || days.back().date < day) return nullptr;
  return &days[static_cast<std::size_t>(day.since_epoch - days.front().date.since_epoch)];
}

const BrokenDown* MemoData::by(std::string_view name) const {
  const auto found = std::ranges::find(parts, name, &BrokenDown::by);
  return found == parts.end() ? nullptr : &*found;
}

MemoData read_memo_data(warehouse::Reader& reader, const PublishedStore& store,
                        const std::optional<Range>& range) {
  MemoData data;
  data.store = store;
  data.range = range_of(store, range);
  const Range now = data.range;
  const Range before = data.before_range();
  const auto figures = [&](const Range& of) -> answers::Measures {
    return *answers::ask_one<answers::RangeFigures>(reader, of.from, of.to);
  };
  data.days = answers::ask<answers::DailyFigures>(reader, store.first_day.value_or(now.from),
                                                  now.to, std::nullopt);
  data.now = figures(now);
  if (store.covers(before)) data.before = figures(before);
  if (store.covers(data.year_before_range())) data.year_before = figures(data.year_before_range());
  for (const char* by : {"country", "channel", "category", "sku", "customer_type"}) {
    data.parts.push_back(broken_down(reader, by, now, before));
  }
  data.largest_sales = answers::ask<answers::LargestSale>(reader, now.from, now.to, 1);
  data.cohorts = answers::ask<answers::CohortWindow>(reader, 30);
  const Day returns_end = store.as_of().value_or(now.to) + -kReturnsOver;
  data.returns_range = {returns_end + (1 - kReturnsDays), returns_end};
  data.returns = answers::ask<answers::SkuReturns>(reader, data.returns_range.from, returns_end,
                                                   std::nullopt, 0);
  data.alerts = answers::ask<answers::StockAlert>(reader, "open", std::nullopt, std::nullopt, 0);
  data.balances = balances_on(reader, now.to);
  data.balances_before = balances_on(reader, before.to);
  data.landed = answers::ask<answers::LandedRows>(reader, now.from + -7 * kUsualWeeksMax, now.to);
  data.rejected_items =
      rejected_worth(answers::ask<answers::RejectedItem>(reader, now.from, now.to));
  if (store.published) {
    data.failed_checks = answers::ask<answers::CheckResult>(reader, store.published->run_id, true);
  }
  return data;
}

}  // namespace cartograph::reports
