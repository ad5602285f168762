// What is shown of each answer fits a terminal.
#include "cli/figures.hpp"

#include <fmt/format.h>

#include "answers/ask.hpp"
#include "answers/revenue.hpp"
#include "answers/runs.hpp"
#include "answers/stock.hpp"
#include "answers/table.hpp"
#include "cli/commands.hpp"

namespace cartograph::cli {
namespace {

constexpr int kDaysShown = 14;
constexpr int kAlertsShown = 15;
constexpr int kReasonsShown = 10;

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
  std::optional<Day> from;
  if (reader->published() && reader->published()->as_of) {
    from = *reader->published()->as_of + (1 - kDaysShown);
  }
  print_section(out, "The last 14 days",
                ask<answers::RevenueDay>(*reader, from, std::nullopt, std::nullopt, kDaysShown),
                "no sale yet",
                {"date", "orders", "gross_revenue", "net_revenue", "aov", "return_rate",
                 "new_customers", "repeat_customers"});
  print_section(out, "Cohorts", ask<answers::CohortLtv>(*reader, std::nullopt),
                "no customer has bought yet");
  print_section(out, "Open stock alerts, largest shortfall first",
                ask<answers::InventoryAlert>(*reader, "open", std::nullopt, kAlertsShown), "none",
                {"sku", "opened_on", "days_at_risk", "on_hand", "allocated", "available",
                 "reorder_point", "shortfall"});
  out << fmt::format("\nwarehouse {}\nlake      {}\n", warehouse->description(),
                     outcome.lake.string());
}

}  // namespace cartograph::cli
