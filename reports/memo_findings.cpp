// A range is judged by its whole weeks, a day by the same weekdays before it. A single day has to
// stand out further than three in a row: of 28 days one in some months lies 3.5 s off by chance.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/memo_sections.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

constexpr double kDayWidth = 5;          // s
constexpr double kOutageLeast = 10;      // orders on each such weekday before
constexpr std::int64_t kOrdersMin = 30;  // for an average
constexpr std::int32_t kInARow = 3;
constexpr double kRejectedMax = 0.01;
constexpr double kUsuallyThere = 0.8;

enum class Measure { net_revenue, orders, order_value };
constexpr Measure kMeasures[] = {Measure::net_revenue, Measure::orders, Measure::order_value};

struct Totals {
  std::int64_t orders = 0;
  Money net;
  Money amount;
};

Totals totals(const MemoData& data, const Range& range) {
  Totals sum;
  for (Day day = range.from; day <= range.to; day = day + 1) {
    const answers::DailyFigures* figures = data.day(day);
    if (figures == nullptr) continue;
    sum.orders += figures->orders;
    sum.net = sum.net + figures->net_revenue;
    sum.amount = sum.amount + amount_of(*figures);
  }
  return sum;
}

// In cents or orders; nothing for an average of few.
std::optional<double> value_of(Measure measure, const Totals& totals) {
  if (measure == Measure::orders) return static_cast<double>(totals.orders);
  if (measure == Measure::net_revenue) return static_cast<double>(totals.net.cents);
  if (totals.orders < kOrdersMin) return std::nullopt;
  return static_cast<double>(totals.amount.cents) / static_cast<double>(totals.orders);
}

std::optional<UsualRange> usual_of(Measure measure, const std::vector<Totals>& earlier) {
  std::vector<double> values;
  std::vector<double> orders;
  for (const Totals& totals : earlier) {
    const auto value = value_of(measure, totals);
    if (!value) continue;
    values.push_back(*value);
    orders.push_back(static_cast<double>(totals.orders));
  }
  if (values.empty()) return std::nullopt;
  if (measure == Measure::orders) return usual_range(values, {.is_count = true});
  // A sum varies with how many orders it has and with what each is worth: twice the variance.
  const double variances = measure == Measure::net_revenue ? 2 : 1;
  return usual_range(values, {.events = median(orders) / variances});
}

// Ranges as long as `range`, 7, 14, … days earlier from `first` weeks on, as far as the data reach.
std::vector<Totals> weeks_before(const MemoData& data, const Range& range, std::int32_t first) {
  std::vector<Totals> found;
  for (std::int32_t week = first; week < first + kUsualWeeksMax; ++week) {
    const Range earlier = moved(range, 7 * week);
    if (!data.store.covers(earlier)) break;
    found.push_back(totals(data, earlier));
  }
  return found;
}

std::string name_of(Measure measure) {
  if (measure == Measure::orders) return "orders";
  return measure == Measure::net_revenue ? "net revenue" : "order value";
}

std::string sentence_name(Measure measure) {
  std::string name = name_of(measure);
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name + (measure == Measure::orders ? " are" : " is");
}

std::string written(const MemoData& data, Measure measure, double value) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::max(value, 0.0)));
  return measure == Measure::orders ? count_text(whole)
                                    : money_text({whole}, data.store.settings.currency);
}

std::string usual_text(const MemoData& data, Measure measure, const UsualRange& usual) {
  const std::string high = written(data, measure, usual.high());
  return usual.low() > 0 ? fmt::format("{} to {}", written(data, measure, usual.low()), high)
                         : fmt::format("up to {}", high);
}

struct Week {
  Measure measure;
  double value;  // a week
  UsualRange usual;
};

// The whole weeks at the end of the range, by week.
std::vector<Week> judged_weeks(const MemoData& data) {
  const std::int32_t weeks = data.range.days() / 7;
  if (weeks == 0) return {};
  const Totals now = totals(data, {data.range.to + (1 - 7 * weeks), data.range.to});
  const auto earlier = weeks_before(data, {data.range.to + -6, data.range.to}, weeks);
  std::vector<Week> judged;
  for (const Measure measure : kMeasures) {
    const auto value = value_of(measure, now);
    const auto usual = usual_of(measure, earlier);
    if (!value || !usual) continue;
    judged.push_back({measure, measure == Measure::order_value ? *value : *value / weeks, *usual});
  }
  return judged;
}

struct DayJudged {
  Day day;
  double value = 0;
  std::optional<UsualRange> usual;
  double distance() const { return usual ? usual->distance(value) : 0; }
};

// Each day of the range that is over.
std::vector<DayJudged> judged_days(const MemoData& data, Measure measure) {
  std::vector<DayJudged> judged;
  for (Day day = data.range.from; day <= data.range.to; day = day + 1) {
    if (data.store.as_of() && day >= *data.store.as_of()) break;
    const auto value = value_of(measure, totals(data, {day, day}));
    DayJudged one{day, value.value_or(0), std::nullopt};
    if (value) one.usual = usual_of(measure, weeks_before(data, {day, day}, 1));
    judged.push_back(one);
  }
  return judged;
}

int side_of(const DayJudged& day) {
  if (std::abs(day.distance()) <= UsualRange::kWidth) return 0;
  return day.distance() > 0 ? 1 : -1;
}

// The place of the first of three days in a row outside on one side, from which on no three in a
// row were otherwise; the number of days where there is none.
std::size_t level_begins(const std::vector<DayJudged>& days) {
  const auto runs_from = [&](std::size_t from, int side, bool is_that_side) {
    for (std::size_t i = from; i < from + kInARow; ++i) {
      if (i >= days.size() || (side_of(days[i]) == side) != is_that_side) return false;
    }
    return true;
  };
  for (std::size_t begin = 0; begin < days.size(); ++begin) {
    const int side = side_of(days[begin]);
    if (side == 0 || !runs_from(begin, side, true)) continue;
    bool has_ended = false;
    for (std::size_t i = begin; i < days.size(); ++i) has_ended |= runs_from(i, side, false);
    if (!has_ended) return begin;
  }
  return days.size();
}

struct Level {
  Measure measure;
  Day since;
};

std::optional<Level> add_level(const MemoData& data, Measure measure, Findings& found) {
  const auto days = judged_days(data, measure);
  const std::size_t begin = level_begins(days);
  if (begin == days.size()) return std::nullopt;
  const Range since{days[begin].day, days.back().day};
  double usual = 0;
  std::int32_t known = 0;
  for (std::size_t i = begin; i < days.size(); ++i) {
    if (!days[i].usual) continue;
    usual += days[i].usual->median;
    ++known;
  }
  const Totals now = totals(data, since);
  const double value = *value_of(measure, now);
  const double a_day = measure == Measure::order_value ? value : value / since.days();
  const double about =
      (a_day - usual / known) * static_cast<double>(measure == Measure::net_revenue ? since.days()
                                                    : measure == Measure::orders
                                                        ? since.days() * now.amount.cents /
                                                              std::max<std::int64_t>(now.orders, 1)
                                                        : now.orders);
  found.statements.push_back(Statement::claim(
      fmt::format("{} on a new level since {}: {}{} where {} is usual on the same weekdays.",
                  sentence_name(measure), day_text(since.from), written(data, measure, a_day),
                  measure == Measure::order_value ? "" : " a day",
                  written(data, measure, usual / known)),
      {std::llround(about)}));
  found.is_changed = true;
  return Level{measure, since.from};
}

void add_weeks(const MemoData& data, const std::vector<Level>& levels, Findings& found) {
  for (const Week& week : judged_weeks(data)) {
    const bool has_level = std::ranges::find(levels, week.measure, &Level::measure) != levels.end();
    if (has_level || week.usual.holds(week.value)) continue;
    found.is_changed = true;
    const double factor =
        week.measure == Measure::net_revenue ? 1 : static_cast<double>(data.now.orders);
    found.statements.push_back(Statement::claim(
        fmt::format("{} {} the usual range: {}{} where {} is usual ({} weeks before).",
                    sentence_name(week.measure), week.value > week.usual.median ? "above" : "below",
                    written(data, week.measure, week.value),
                    week.measure == Measure::order_value ? "" : " a week",
                    usual_text(data, week.measure, week.usual), week.usual.values),
        {std::llround((week.value - week.usual.median) * factor)}));
  }
}

void add_days(const MemoData& data, const std::vector<Level>& levels, Findings& found) {
  const auto orders = judged_days(data, Measure::orders);
  const auto net = judged_days(data, Measure::net_revenue);
  const auto is_of_level = [&](Day day) {
    return std::ranges::any_of(levels, [&](const Level& level) {
      return level.measure != Measure::order_value && level.since <= day;
    });
  };
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const bool is_outage =
        orders[i].value == 0 && orders[i].usual && orders[i].usual->least >= kOutageLeast;
    const bool stands_out = is_outage || std::abs(orders[i].distance()) > kDayWidth ||
                            std::abs(net[i].distance()) > kDayWidth;
    if (!stands_out || !orders[i].usual || !net[i].usual) continue;
    if (is_of_level(orders[i].day)) continue;
    const Money revenue = totals(data, {net[i].day, net[i].day}).net;
    found.statements.push_back(Statement::claim(
        fmt::format("{} stands out: {} where {} are usual on that weekday, net revenue {} where {} "
                    "is.",
                    day_text(orders[i].day),
                    counted_text(static_cast<std::int64_t>(orders[i].value), "order", "orders"),
                    usual_text(data, Measure::orders, *orders[i].usual),
                    money_text(revenue, data.store.settings.currency),
                    usual_text(data, Measure::net_revenue, *net[i].usual)),
        {std::llround(net[i].value - net[i].usual->median)}));
  }
}

std::string nothing_unusual(const MemoData& data) {
  const auto weeks = judged_weeks(data);
  if (weeks.empty()) {
    return fmt::format(
        "What is usual is not known yet: it takes a week, and {} whole weeks before it.",
        kUsualValuesMin);
  }
  std::vector<std::string> parts;
  for (const Week& week : weeks) {
    parts.push_back(fmt::format("{} {}{} (usual: {})", name_of(week.measure),
                                written(data, week.measure, week.value),
                                week.measure == Measure::order_value ? "" : " a week",
                                usual_text(data, week.measure, week.usual)));
  }
  return fmt::format("Nothing unusual, by the {} weeks before: {}; no day stands out.",
                     weeks.front().usual.values, fmt::join(parts, ", "));
}

// Days of the range without a file of a feed that came on nearly every such weekday before.
void add_missing(const MemoData& data, std::string_view feed, std::vector<std::string>& found) {
  std::map<Day, std::int64_t> landed;
  for (const answers::LandedRows& rows : data.landed) {
    if (rows.feed == feed) landed[rows.landing_date] = rows.rows_read;
  }
  if (landed.empty()) return;
  std::vector<std::string> missing;
  for (Day day = data.range.from; day <= data.range.to; day = day + 1) {
    if (landed.contains(day)) continue;
    std::size_t known = 0;
    std::size_t there = 0;
    for (std::int32_t week = 1; week <= kUsualWeeksMax; ++week) {
      const Day earlier = day + -7 * week;
      if (earlier < landed.begin()->first) break;
      ++known;
      if (landed.contains(earlier)) ++there;
    }
    const bool was_usual = static_cast<double>(there) >= kUsuallyThere * static_cast<double>(known);
    if (known >= kUsualValuesMin && was_usual) missing.push_back(day_text(day));
  }
  if (!missing.empty()) {
    found.push_back(fmt::format("no file of {} landed on {}", feed, fmt::join(missing, ", ")));
  }
}

}  // namespace

std::vector<std::string> doubts(const MemoData& data) {
  std::vector<std::string> found;
  for (const std::string_view feed : {"orders", "order_items", "returns"}) {
    std::int64_t read = 0;
    std::int64_t rejected = 0;
    for (const answers::LandedRows& rows : data.landed) {
      if (rows.feed != feed || rows.landing_date < data.range.from) continue;
      read += rows.rows_read;
      rejected += rows.rows_quarantined;
    }
    if (static_cast<double>(rejected) > kRejectedMax * static_cast<double>(read)) {
      found.push_back(fmt::format("{} of {} of {} were rejected", count_text(rejected),
                                  counted_text(read, "row", "rows"), feed));
    }
  }
  for (const std::string_view feed : {"orders", "order_items"}) add_missing(data, feed, found);
  return found;
}

Findings findings(const MemoData& data) {
  Findings found;
  if (const auto reasons = doubts(data); !reasons.empty()) {
    found.statements.push_back(
        {fmt::format("Changes are not judged here: {}.", fmt::join(reasons, "; "))});
    return found;
  }
  std::vector<Level> levels;
  for (const Measure measure : kMeasures) {
    if (const auto level = add_level(data, measure, found)) levels.push_back(*level);
  }
  add_weeks(data, levels, found);
  add_days(data, levels, found);
  if (found.statements.empty()) found.statements.push_back({nothing_unusual(data)});
  found.statements = ranked(std::move(found.statements));
  return found;
}

}  // namespace cartograph::reports
