// run and rebuild, and the summary that they print.
#include <fmt/format.h>

#include <iostream>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/run_settings.hpp"

namespace cartograph::cli {
namespace {

// Rates are shown with 4 decimals, amounts with 2.
constexpr const char* kLastDays =
    "select date, orders, gross_revenue as gross, net_revenue as net, "
    "cast(aov as numeric(18, 2)) as aov, cast(return_rate as numeric(18, 4)) as return_rate, "
    "new_customers as new, repeat_customers as repeat "
    "from (select * from fct_revenue_daily order by date desc limit 14) d order by date";

constexpr const char* kCohorts =
    "select cohort_month, window_days, cohort_size, eligible_customers as eligible, "
    "retained_customers as retained, cast(retention_rate as numeric(18, 4)) as retention, "
    "revenue, cast(ltv as numeric(18, 2)) as ltv, is_mature "
    "from fct_cohort_ltv order by cohort_month, window_days";

constexpr const char* kAlerts =
    "select sku, opened_on, days_at_risk, on_hand, allocated, available, reorder_point, shortfall "
    "from fct_inventory_alerts where is_open order by shortfall desc, sku limit 15";

constexpr const char* kReasons =
    "select feed, reasons, count(*) as rows from quarantine where run_id = $1 "
    "group by feed, reasons order by count(*) desc, feed, reasons limit 10";

// Draws a bar of the work, and writes the rest to the log.
class LoggingObserver final : public runs::RunObserver {
 public:
  explicit LoggingObserver(bool quiet) : progress_(quiet) {}
  ~LoggingObserver() override { progress_.clear(); }

  void begins(std::string_view step) override {
    if (step == "check") progress_.show("checking", 0, 1);
  }
  void progress(std::string_view phase, std::int64_t done, std::int64_t all) override {
    progress_.show(phase, done, all);
  }
  void note(std::string_view text) override {
    progress_.clear();
    log::info(text);
  }
  void warning(std::string_view text) override {
    progress_.clear();
    log::warning(text);
  }

 private:
  Progress progress_;
};

void print_outcome(std::ostream& out, const runs::RunOutcome& outcome) {
  if (outcome.status == runs::RunStatus::nothing_new) {
    out << fmt::format("run {}: nothing new ({:.2f} s)\n", outcome.run_id, outcome.seconds);
    return;
  }
  out << fmt::format(
      "run {}: published in {:.2f} s\n"
      "  files {}, rows read {}, staged {}, quarantined {}\n",
      outcome.run_id, outcome.seconds, outcome.counts.files, outcome.counts.rows_read,
      outcome.counts.rows_staged, outcome.counts.rows_quarantined);
  for (const quality::Result& result : outcome.checks) {
    if (result.passed()) continue;
    out << fmt::format("  warning {}: {} row(s): {}\n", result.check->name, result.failing_rows,
                       result.detail);
  }
}

void print_figures(std::ostream& out, const Config& config, const runs::RunOutcome& outcome) {
  const auto warehouse = open_warehouse(config);
  const auto connection = warehouse->reader();
  if (outcome.counts.rows_quarantined > 0) {
    print_section(out, *connection, "Rejected rows of this run, by reason (the commonest)",
                  kReasons, {outcome.run_id}, "none");
  }
  print_section(out, *connection, "The last 14 days", kLastDays, {}, "no sale yet");
  print_section(out, *connection, "Cohorts", kCohorts, {}, "no customer has bought yet");
  print_section(out, *connection, "Open stock alerts, largest shortfall first", kAlerts, {},
                "none");
  out << fmt::format("\nwarehouse {}\nlake      {}\n", warehouse->description(),
                     outcome.lake.string());
}

runs::RunOutcome run_and_print(const Config& config, runs::Source source, bool accept_rejects) {
  LoggingObserver observer(config.quiet);
  runs::RunSettings settings = run_settings(config);
  settings.quality.accept_rejects = accept_rejects;
  const auto outcome = runs::run(settings, source, observer);
  print_outcome(std::cout, outcome);
  return outcome;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "The main job: pick up, stage, transform, check, publish");
  struct Given {
    bool accept_rejects = false;
    bool no_report = false;
  };
  const auto given = std::make_shared<Given>();
  command->add_flag("--accept-rejects", given->accept_rejects, "Publish whatever the reject rate");
  command->add_flag("--no-report", given->no_report, "Leave the figures out, print the run only");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const auto outcome = run_and_print(config, runs::Source::landing, given->accept_rejects);
      const bool figures = !given->no_report && !config.quiet;
      if (figures && outcome.status == runs::RunStatus::published) {
        print_figures(std::cout, config, outcome);
      }
      return 0;
    };
  });
}

void add_rebuild(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("rebuild", "Drop dimensions and facts and build them again");
  const auto from = std::make_shared<std::string>("staging");
  command->add_option("--from", *from, "staging (default) or lake")
      ->check(CLI::IsMember({"staging", "lake"}));
  command->callback([&action, from] {
    action = [from](const Config& config) {
      const auto source = *from == "lake" ? runs::Source::lake : runs::Source::staging;
      run_and_print(config, source, false);
      return 0;
    };
  });
}

}  // namespace cartograph::cli
