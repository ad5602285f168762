// Days are drawn as days up to a year, beyond that as weeks. A mean of seven days on the first day
// needs the six days before it.
#include "reports/chart_answers.hpp"

#include <fmt/format.h>

#include "answers/cohorts.hpp"
#include "answers/figures.hpp"
#include "answers/json.hpp"
#include "answers/recognition.hpp"
#include "answers/stock_alerts.hpp"

namespace cartograph::reports {
namespace {

constexpr std::int32_t kDaysAsDaysMax = 400;
constexpr std::int32_t kDaysBeforeMean = 6;

class Calls {
 public:
  Calls(warehouse::Reader& reader, const PublishedStore& store, const Range& range)
      : reader_(reader), store_(store), range_(range) {}

  std::vector<ChartCall> all() const {
    const std::string weekly = role("now", weeks(range_));
    const std::string retention = role("now", cohorts());
    return {
        call("net_revenue", over_time(), grain()),
        call("orders", over_time(), grain()),
        call("aov", {weekly, role("days", days(range_))}, "week"),
        call("return_rate", {weekly}, "week"),
        call("customers", {weekly}, "week"),
        call("retention", {retention}),
        call("cohorts", {retention}),
        call("ltv", {role("d7", windows(7)), role("d30", windows(30)), role("d90", windows(90))}),
        call("inventory_alerts", {role("now", alerts())}),
        call("recognition", {role("now", recognition())})};
  }

 private:
  template <class Rows>
  std::string answer(const Rows& rows) const {
    return answer_json(store_, answers::to_json(rows), rows.size());
  }
  static std::string role(std::string_view name, std::string_view answer) {
    return fmt::format("\"{}\":{}", name, answer);
  }

  std::string days(const Range& range) const {
    return answer(answers::ask<answers::DailyFigures>(reader_, range.from, range.to, std::nullopt));
  }
  std::string weeks(const Range& range) const {
    return answer(answers::ask<answers::PeriodFigures>(
        reader_, "week", range.from, range.to, store_.settings.week_begins,
        store_.settings.year_begins, std::nullopt, std::nullopt));
  }
  std::string windows(int window_days) const {
    return answer(answers::ask<answers::CohortWindow>(reader_, window_days));
  }
  std::string alerts() const {
    return answer(
        answers::ask<answers::StockAlert>(reader_, "open", std::nullopt, std::nullopt, 0));
  }
  std::string recognition() const {
    return answer(
        answers::ask<answers::RecognisedRevenue>(reader_, range_.from, range_.to, std::nullopt));
  }
  std::string cohorts() const {
    std::vector<answers::CohortRetention> found;
    if (const auto as_of = store_.as_of()) {
      found =
          answers::retention(answers::ask<answers::RetentionDay>(reader_, Day{}, *as_of, *as_of),
                             answers::ask<answers::RetentionMonth>(reader_, Day{}, *as_of), *as_of);
    }
    return answer(found);
  }

  bool is_daily() const { return range_.days() <= kDaysAsDaysMax; }
  std::string grain() const { return is_daily() ? "day" : "week"; }
  std::string periods(const Range& range) const {
    return is_daily() ? days({range.from + -kDaysBeforeMean, range.to}) : weeks(range);
  }
  /// The range, and the one before it where the data reach back over it.
  std::vector<std::string> over_time() const {
    const Range before = moved(range_, range_.days());
    std::vector<std::string> roles = {role("now", periods(range_))};
    if (store_.covers(before)) roles.push_back(role("before", periods(before)));
    return roles;
  }

  ChartCall call(std::string name, const std::vector<std::string>& roles,
                 std::string_view grain = {}) const {
    std::string settings =
        fmt::format(R"({{"theme":"light","width":{},"before_name":"period before")", kChartWidth);
    if (!grain.empty()) settings += fmt::format(R"(,"grain":"{}")", grain);
    if (store_.as_of()) {
      settings +=
          fmt::format(R"(,"from":"{}","to":"{}")", to_string(range_.from), to_string(range_.to));
    }
    return {std::move(name), fmt::format("{{{}}}", fmt::join(roles, ",")), settings + "}"};
  }

  warehouse::Reader& reader_;
  const PublishedStore& store_;
  const Range& range_;
};

}  // namespace

std::vector<ChartCall> chart_calls(warehouse::Reader& reader, const PublishedStore& store,
                                   const Range& range) {
  return Calls(reader, store, range).all();
}

}  // namespace cartograph::reports
