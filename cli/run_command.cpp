// run and rebuild, and the summary that they print.
#include <fmt/format.h>

#include <iostream>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/figures.hpp"
#include "cli/progress.hpp"
#include "cli/run_settings.hpp"
#include "cli/stop_signals.hpp"

namespace cartograph::cli {
namespace {

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

runs::RunOutcome run_and_print(const Config& config, runs::Source source, bool accept_rejects) {
  LoggingObserver observer(config.quiet);
  runs::RunSettings settings = run_settings(config);
  const StopSignals signals;
  settings.quality.accept_rejects = accept_rejects;
  settings.stop = signals.token();
  const auto outcome = runs::run(settings, source, observer);
  print_outcome(std::cout, outcome);
  return outcome;
}

// A run that is published stays so, whatever becomes of its report.
void write_report(const Config& config) {
  try {
    const auto reader = open_warehouse(config)->reader();
    const auto folder = reports::write_report(*reader, report_settings(config));
    if (!config.quiet)
      std::cout << fmt::format("report    {}\n", (folder / "report.html").string());
  } catch (const std::exception& error) {
    log::warning(
        fmt::format("the run is published, but its report could not be written: {}; write it with: "
                    "cartograph report",
                    error.what()));
  }
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "The main job: pick up, stage, transform, check, publish, report");
  struct Given {
    bool accept_rejects = false;
    bool no_report = false;
  };
  const auto given = std::make_shared<Given>();
  command->add_flag("--accept-rejects", given->accept_rejects, "Publish whatever the reject rate");
  command->add_flag("--no-report", given->no_report, "Write no report and print the run only");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const auto outcome = run_and_print(config, runs::Source::landing, given->accept_rejects);
      if (given->no_report || outcome.status != runs::RunStatus::published) return 0;
      if (!config.quiet) print_figures(std::cout, config, outcome);
      write_report(config);
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
