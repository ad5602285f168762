// What is shown of each answer fits a terminal.
#include "cli/figures.hpp"

#include <fmt/format.h>

#include "answers/ask.hpp"
#include "answers/cohorts.hpp"
#include "answers/figures.hpp"
#include "answers/runs.hpp"
#include "answers/stock_alerts.hpp"
#include "answers/table.hpp"
#include "cli/commands.hpp"

namespace cartograph::cli {
namespace {

constexpr int kDaysShown = 14;
constexpr int kAlertsShown = 15;
constexpr int kReasonsShown = 10;
constexpr int kWindows[] = {7, 30, 90};

void print_cohorts(std::ostream& out, warehouse::Connection& connection) {
  for (const int days : kWindows) {
    answers::print_section(out, fmt::format("Cohorts, {} days from the first sale", days),
                           answers::ask<answers::CohortWindow>(connection, days),
                           "no customer has bought yet");
  }
}

}  // namespace

void print_figures(std::ostream& out, const Config& config, const runs::RunOutcome& outcome) {
  using answers::ask;
  using answers::print_section;
  const auto warehouse = open_warehouse(config);
  const auto reader = warehouse->reader();
  if (outcome.counts.rows_quarantined > 0) {
    print_section(out, "Rejected rows of this run, by reason (the commonest)",
                  ask<answers::RejectedCount>(*reader, outcome.run_id, kReasonsShown), "none");
  }
  std::vector<answers::DailyFigures> days;
  if (const auto& published = reader->published(); published && published->as_of) {
    const Day last = *published->as_of;
    days = ask<answers::DailyFigures>(*reader, last + (1 - kDaysShown), last, kDaysShown);
  }
  print_section(out, "The last 14 days", days, "no sale yet",
                {"date", "orders", "gross_revenue", "net_revenue", "aov", "return_rate",
                 "new_customers", "repeat_customers"});
  print_cohorts(out, *reader);
  print_section(out, "Open stock alerts, largest shortfall first",
                ask<answers::StockAlert>(*reader, "open", std::nullopt, kAlertsShown, 0), "none",
                {"sku", "opened_on", "days_at_risk", "on_hand", "allocated", "available",
                 "reorder_point", "shortfall"});
  out << fmt::format("\nwarehouse {}\nlake      {}\n", warehouse->description(),
                     outcome.lake.string());
}

}  // namespace cartograph::cli
