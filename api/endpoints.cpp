// The table of endpoints.
#include <fmt/ranges.h>

#include <algorithm>

#include "answers/breakdown.hpp"
#include "answers/catalogue.hpp"
#include "answers/cohorts.hpp"
#include "answers/figures.hpp"
#include "answers/recognition.hpp"
#include "answers/rejected.hpp"
#include "answers/runs.hpp"
#include "answers/sku_returns.hpp"
#include "answers/stock_alerts.hpp"
#include "answers/summary.hpp"
#include "api/endpoint.hpp"
#include "api/range.hpp"

namespace cartograph::api {
namespace {

using answers::ask;

// Where lists by day go on: on the day after the last one.
template <answers::Asked Row>
Reply by_day(const Asked& asked, std::string_view name) {
  const Range range = range_of(asked);
  const Page page = page_of(asked, name);
  const Day first = page.after ? std::max(*page.after + 1, range.from) : range.from;
  auto rows = ask<Row>(asked.reader, first, range.to, page.rows);
  std::string next;
  if (page.rows && static_cast<std::int64_t>(rows.size()) == *page.rows) {
    rows.pop_back();
    next = cursor_by_day(name, rows.back().date);
  }
  Reply reply = reply_of(asked, rows);
  reply.next_cursor = std::move(next);
  reply.meta = meta_of(range);
  return reply;
}

Reply periods(const Asked& asked, const std::string& name, std::string_view grain) {
  const Range range = range_of(asked, asked.snapshot.facts().first_day);
  const Page page = page_of(asked, name);
  const StoreFacts& facts = asked.snapshot.facts();
  auto rows =
      ask<answers::PeriodFigures>(asked.reader, grain, range.from, range.to, facts.week_begins,
                                  facts.year_begins, page.after, page.rows);
  std::string next;
  if (page.rows && static_cast<std::int64_t>(rows.size()) == *page.rows) {
    rows.pop_back();
    next = cursor_by_day(name, rows.back().period_start);
  }
  Reply reply = reply_of(asked, rows);
  reply.next_cursor = std::move(next);
  reply.meta = meta_of(range);
  return reply;
}

Endpoint grain(const std::string& path, const std::string& name, const std::string& word,
               const std::string& description) {
  return {.path = path,
          .name = name,
          .summary = description,
          .parameters = {from_parameter("the first day of the data"), to_parameter(),
                         limit_parameter(), cursor_parameter()},
          .fields = answers::fields<answers::PeriodFigures>(),
          .answer = [name, word](const Asked& asked) { return periods(asked, name, word); }};
}

Reply summary(const Asked& asked) {
  const Range range = range_of(asked);
  const auto before =
      range_before(range, asked.arguments.text("compare"), asked.arguments.text("align"));
  const auto figures = [&](const Range& of) {
    return *answers::ask_one<answers::RangeFigures>(asked.reader, of.from, of.to);
  };
  std::optional<answers::Measures> base;
  if (before) base = figures(*before);
  auto rows = answers::summary(figures(range), base);
  for (answers::SummaryRow& row : rows) {
    row.from = range.from;
    row.to = range.to;
    if (!before) continue;
    row.before_from = before->from;
    row.before_to = before->to;
  }
  Reply reply = reply_of(asked, rows);
  reply.meta = meta_of(range);
  if (before) {
    reply.meta.emplace_back("before_from", to_string(before->from));
    reply.meta.emplace_back("before_to", to_string(before->to));
  }
  return reply;
}

// Values as the SQL looks for them: between unit separators, which no value of a request holds.
std::optional<std::string> filter(const Asked& asked, const std::string& name) {
  if (!asked.arguments.has(name)) return std::nullopt;
  return fmt::format("\x1f{}\x1f", fmt::join(asked.arguments.list(name), "\x1f"));
}

template <answers::Asked Row>
Reply breakdown_of(const Asked& asked, const Range& range) {
  std::vector<answers::BreakdownRow> parts;
  answers::ask_each<Row>(
      asked.reader, [&](Row&& row) { parts.push_back(std::move(row)); }, asked.arguments.text("by"),
      range.from, range.to, filter(asked, "country"), filter(asked, "channel"),
      asked.arguments.integer("top"));
  return reply_of(asked, parts);
}

Reply breakdown(const Asked& asked) {
  const Range range = range_of(asked);
  const std::string& by = asked.arguments.text("by");
  Reply reply = by == "sku" || by == "category"
                    ? breakdown_of<answers::BreakdownByLine>(asked, range)
                    : breakdown_of<answers::BreakdownByOrder>(asked, range);
  reply.meta = meta_of(range);
  return reply;
}

Reply windows(const Asked& asked) {
  return reply_of(asked, ask<answers::CohortWindow>(asked.reader, asked.arguments.integer("days")));
}

// As CSV a row a step; as JSON a cohort with its curve and its months.
Reply retention(const Asked& asked) {
  std::vector<answers::CohortRetention> cohorts;
  if (const auto& as_of = asked.snapshot.published().as_of) {
    const Day first = asked.arguments.day("cohort_from").value_or(Day{});
    const Day last = asked.arguments.day("cohort_to").value_or(*as_of);
    cohorts = answers::retention(ask<answers::RetentionDay>(asked.reader, first, last, *as_of),
                                 ask<answers::RetentionMonth>(asked.reader, first, last), *as_of);
  }
  if (asked.is_whole()) return reply_of(asked, answers::retention_steps(cohorts));
  Reply reply;
  reply.count = cohorts.size();
  reply.data = answers::to_json(cohorts);
  return reply;
}

Reply alerts(const Asked& asked) {
  const Page page = page_of(asked, "alerts");
  const Arguments& given = asked.arguments;
  const auto sku = given.has("sku") ? std::optional(given.text("sku")) : std::nullopt;
  return page_reply(
      asked, "alerts", page,
      ask<answers::StockAlert>(asked.reader, given.text("status"), sku, page.rows, page.first));
}

Reply sku_returns(const Asked& asked) {
  const Range range = range_of(asked);
  const Page page = page_of(asked, "returns_skus");
  Reply reply = page_reply(
      asked, "returns_skus", page,
      ask<answers::SkuReturns>(asked.reader, range.from, range.to, page.rows, page.first));
  reply.meta = meta_of(range);
  return reply;
}

Reply quality(const Asked& asked) {
  const Page page = page_of(asked, "quality");
  auto rows = ask<answers::CheckResult>(asked.reader, asked.snapshot.published().run_id, false);
  rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(page.first, std::ssize(rows)));
  if (page.rows && std::ssize(rows) > *page.rows) rows.resize(static_cast<std::size_t>(*page.rows));
  return page_reply(asked, "quality", page, std::move(rows));
}

Reply quarantine(const Asked& asked) {
  const Page page = page_of(asked, "quarantine");
  auto rows = ask<answers::RejectedPlace>(asked.reader, page.rows, page.first);
  asked.mark_mended(asked.reader, rows);
  return page_reply(asked, "quarantine", page, std::move(rows));
}

Reply runs(const Asked& asked) {
  const auto& cursor = asked.arguments.text("cursor");
  std::optional<std::string> before;
  if (!asked.is_whole() && !cursor.empty()) before = cursor;
  std::optional<std::int64_t> rows;
  if (!asked.is_whole()) rows = asked.arguments.integer("limit") + 1;
  auto found = ask<answers::Run>(asked.reader, std::nullopt, before, rows);
  std::string next;
  if (rows && std::ssize(found) == *rows) {
    found.pop_back();
    next = found.back().run_id;
  }
  Reply reply = reply_of(asked, found);
  reply.next_cursor = std::move(next);
  return reply;
}

Reply run(const Asked& asked) {
  Reply reply;
  reply.data = answers::to_json(answers::run_details(asked.reader, asked.arguments.text("id")));
  reply.count = 1;
  return reply;
}

Parameter choice(const std::string& name, const std::string& description,
                 std::vector<std::string> choices, const std::string& otherwise = {}) {
  return {.name = name,
          .type = ParameterType::choice,
          .description = description,
          .otherwise = otherwise,
          .choices = std::move(choices)};
}

std::vector<Endpoint> figures_endpoints() {
  const auto last_days = from_parameter("the 29 days before the last day, so 30 days in all");
  return {
      {.path = "/metrics",
       .name = "metrics",
       .summary = "What there is: metrics, dimensions to break them down by, grains",
       .parameters = {},
       .fields = answers::fields<answers::CatalogueEntry>(),
       .answer = [](const Asked& asked) { return reply_of(asked, answers::catalogue()); }},
      {.path = "/metrics/daily",
       .name = "metrics_daily",
       .summary = "The measures of each day, oldest first",
       .parameters = {last_days, to_parameter(), limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::DailyFigures>(),
       .answer = [](const Asked& a) { return by_day<answers::DailyFigures>(a, "daily"); }},
      grain("/metrics/weekly", "metrics_weekly", "week", "The measures of each week"),
      grain("/metrics/monthly", "metrics_monthly", "month", "The measures of each month"),
      grain("/metrics/quarterly", "metrics_quarterly", "quarter", "The measures of each quarter"),
      grain("/metrics/yearly", "metrics_yearly", "year", "The measures of each year"),
      {.path = "/metrics/summary",
       .name = "metrics_summary",
       .summary = "Each measure over a range, beside an earlier range",
       .parameters = {last_days, to_parameter(),
                      choice("compare", "The range to compare with.",
                             {"previous_period", "previous_year", "none"}, "previous_period"),
                      choice("align",
                             "What a year before is: 364 days, so that weekdays meet, or the same "
                             "dates.",
                             {"weekday", "date"}, "weekday")},
       .fields = answers::fields<answers::SummaryRow>(),
       .answer = summary},
      {.path = "/metrics/breakdown",
       .name = "metrics_breakdown",
       .summary = "A range by what it consists of; the parts add up to the whole",
       .parameters = {choice("by", "What to break it down by.",
                             {"country", "channel", "category", "sku", "payment_method",
                              "customer_type"},
                             "country"),
                      last_days,
                      to_parameter(),
                      {.name = "country",
                       .type = ParameterType::list,
                       .description = "Only orders that ship to these countries; `unknown` for "
                                      "those without one. A value that holds a comma stands in "
                                      "double quotes.",
                       .example = "DE,FR"},
                      {.name = "channel",
                       .type = ParameterType::list,
                       .description = "Only orders of these channels; `unknown` for those without "
                                      "one. A value that holds a comma stands in double quotes.",
                       .example = "web"},
                      {.name = "top",
                       .type = ParameterType::integer,
                       .description = "How many members stand alone; all others are `other`.",
                       .otherwise = "10",
                       .min = 1,
                       .max = 1000}},
       .fields = answers::fields<answers::BreakdownRow>(),
       .answer = breakdown},
  };
}

std::vector<Endpoint> other_endpoints() {
  return {
      {.path = "/ltv/{days}",
       .name = "ltv",
       .summary = "Revenue and retention of each monthly cohort within 7, 30 or 90 days",
       .parameters = {{.name = "days",
                       .type = ParameterType::choice,
                       .description = "Days after the first sale.",
                       .choices = {"7", "30", "90"},
                       .is_in_path = true,
                       .example = "30"}},
       .fields = answers::fields<answers::CohortWindow>(),
       .answer = windows},
      {.path = "/retention",
       .name = "retention",
       .summary = "How many customers of each cohort bought again, by day and by month",
       .parameters = {{.name = "cohort_from",
                       .type = ParameterType::day,
                       .description = "First month of cohorts, as its first day. Without it: all.",
                       .example = "2025-01-01"},
                      {.name = "cohort_to",
                       .type = ParameterType::day,
                       .description = "Last month of cohorts. Without it: the latest.",
                       .example = "2025-03-01"}},
       .fields = answers::fields<answers::CohortRetention>(),
       .answer = retention},
      {.path = "/returns/skus",
       .name = "returns_skus",
       .summary = "Of how many orders that sold a SKU in a range a piece of it came back since",
       .parameters = {from_parameter("the 29 days before the last day, so 30 days in all"),
                      to_parameter(), limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::SkuReturns>(),
       .answer = sku_returns},
      {.path = "/inventory/alerts",
       .name = "inventory_alerts",
       .summary = "What is, or was, about to run out, largest shortfall first",
       .parameters = {choice("status", "Which alerts.", {"open", "resolved", "all"}, "open"),
                      {.name = "sku", .description = "Only this SKU.", .example = "LIG-00154"},
                      limit_parameter(),
                      cursor_parameter()},
       .fields = answers::fields<answers::StockAlert>(),
       .answer = alerts},
      {.path = "/revenue/recognition",
       .name = "revenue_recognition",
       .summary = "Revenue by delivery, deferred revenue and refund liability, a row a day",
       .parameters = {from_parameter("the 29 days before the last day, so 30 days in all"),
                      to_parameter(), limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::RecognisedRevenue>(),
       .answer =
           [](const Asked& a) { return by_day<answers::RecognisedRevenue>(a, "recognition"); }},
      {.path = "/quality/latest",
       .name = "quality_latest",
       .summary = "What the checks of the published run found, failed ones first",
       .parameters = {limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::CheckResult>(),
       .answer = quality},
      {.path = "/quarantine",
       .name = "quarantine",
       .summary = "Rejected rows with reasons, file and line, and what became of them",
       .parameters = {limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::RejectedPlace>(),
       .answer = quarantine},
      {.path = "/runs",
       .name = "runs",
       .summary = "The runs, newest first",
       .parameters = {limit_parameter(), cursor_parameter()},
       .fields = answers::fields<answers::Run>(),
       .answer = runs},
      {.path = "/runs/{id}",
       .name = "run",
       .summary = "Everything about one run",
       .parameters = {{.name = "id",
                       .description = "The run.",
                       .is_in_path = true,
                       .example = "20261126T224447894622Z-3010cd"}},
       .fields = answers::fields<answers::RunDetails>(),
       .is_list = false,
       .answer = run},
  };
}

}  // namespace

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> all = [] {
    auto list = figures_endpoints();
    std::ranges::move(other_endpoints(), std::back_inserter(list));
    std::ranges::move(explanation_endpoints(), std::back_inserter(list));
    return list;
  }();
  return all;
}

}  // namespace cartograph::api
