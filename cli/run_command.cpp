// run and rebuild, and the summary that they print.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "answers/table.hpp"
#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/figures.hpp"
#include "cli/notices.hpp"
#include "cli/progress.hpp"
#include "cli/rereading.hpp"
#include "cli/run_settings.hpp"
#include "cli/stop_signals.hpp"
#include "orchestration/durable_file.hpp"
#include "runs/audit.hpp"
#include "runs/dry_run.hpp"

namespace cartograph::cli {
namespace {

// Draws a bar of the work, and writes the rest to the log.
class LoggingObserver final : public runs::RunObserver {
 public:
  explicit LoggingObserver(bool quiet) : progress_(quiet) {}
  ~LoggingObserver() override { progress_.clear(); }

  void starts(std::string_view run_id) override { run_id_ = run_id; }
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

  /// Of the run that began last; empty before one has.
  const std::string& run_id() const { return run_id_; }

 private:
  Progress progress_;
  std::string run_id_;
};

// The first of what was found, each with its figures.
void print_warning(std::ostream& out, const quality::Result& result) {
  constexpr std::size_t kFindingsShown = 5;
  out << fmt::format("  warning {}: {}\n", result.check->name,
                     answers::counted(result.failing_rows, "row"));
  const std::size_t shown = std::min(result.findings.size(), kFindingsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    out << fmt::format("    {}: {}\n", result.findings[i].key, result.findings[i].observed);
  }
  const auto left_out = result.failing_rows - static_cast<std::int64_t>(shown);
  if (left_out > 0) out << fmt::format("    and {} more\n", left_out);
}

// What was said of names and files, and the first rejected rows.
void print_files(std::ostream& out, const runs::RunOutcome& outcome) {
  constexpr std::size_t kWarningsShown = 20;
  constexpr std::size_t kFilesShown = 5;
  for (const std::string& mapping : outcome.mappings) out << fmt::format("  {}\n", mapping);
  const std::size_t warnings = std::min(outcome.warnings.size(), kWarningsShown);
  for (std::size_t i = 0; i < warnings; ++i) out << fmt::format("  {}\n", outcome.warnings[i]);
  if (warnings < outcome.warnings.size()) {
    out << fmt::format("  and {} more, which cartograph status --run {} has\n",
                       outcome.warnings.size() - warnings, outcome.run_id);
  }
  const std::size_t files = std::min(outcome.rejected_files.size(), kFilesShown);
  for (std::size_t i = 0; i < files; ++i) {
    out << runs::text_of(outcome.rejected_files[i], "  ") << '\n';
  }
  if (files < outcome.rejected_files.size()) {
    out << fmt::format(
        "  and rows of {}: cartograph quarantine list --run {}\n",
        answers::counted(std::ssize(outcome.rejected_files) - static_cast<std::int64_t>(files),
                         "other file"),
        outcome.run_id);
  }
}

void print_outcome(std::ostream& out, const runs::RunOutcome& outcome) {
  if (outcome.status == runs::RunStatus::nothing_new) {
    out << fmt::format("run {}: nothing new ({:.2f} s)\n", outcome.run_id, outcome.seconds);
    print_files(out, outcome);
    return;
  }
  out << fmt::format(
      "run {}: published in {:.2f} s\n"
      "  files {}, rows read {}, staged {}, quarantined {}\n",
      outcome.run_id, outcome.seconds, outcome.counts.files, outcome.counts.rows_read,
      outcome.counts.rows_staged, outcome.counts.rows_quarantined);
  print_files(out, outcome);
  for (const quality::Result& result : outcome.checks) {
    if (!result.passed()) print_warning(out, result);
  }
}

// What a run was asked for, beside the configuration.
struct RunRequest {
  runs::Source source = runs::Source::landing;
  quality::Accept accept = quality::Accept::nothing;
  std::string settled;  // a file that lists what may be taken; empty: all
  std::string outcome;  // a file for what comes of it; empty: none
};

void write_outcome(const RunRequest& request, const std::string& run_id, std::string_view status,
                   bool may_pass) {
  if (request.outcome.empty()) return;
  orchestration::replace_file(request.outcome,
                              fmt::format("{{\"run_id\":{},\"status\":{},\"may_pass\":{}}}\n",
                                          json_text(run_id), json_text(status), may_pass));
}

// The status that a failure has, for whoever started the run.
void write_failure(const RunRequest& request, const std::string& run_id,
                   const std::exception& error) {
  const bool is_busy = dynamic_cast<const WarehouseBusy*>(&error) != nullptr;
  const bool is_unknown = dynamic_cast<const UnknownOutcome*>(&error) != nullptr;
  const bool is_stopped = dynamic_cast<const Stopped*>(&error) != nullptr;
  const bool is_transient = dynamic_cast<const TransientError*>(&error) != nullptr;
  write_outcome(request, run_id,
                is_busy      ? "busy"
                : is_unknown ? "unknown"
                : is_stopped ? "stopped"
                             : "failed",
                is_busy || is_unknown || is_stopped || is_transient);
}

runs::RunOutcome run_and_print(const Config& config, const RunRequest& request, Notices& notices) {
  LoggingObserver observer(config.quiet);
  runs::RunSettings settings = run_settings(config);
  if (!request.settled.empty()) {
    settings.settled = ingestion::read_settled_files(request.settled);
  }
  const StopSignals signals;
  settings.quality.accept = request.accept;
  settings.stop = signals.token();
  try {
    const auto outcome = runs::run(settings, request.source, observer);
    print_outcome(std::cout, outcome);
    write_outcome(request, outcome.run_id, runs::name(outcome.status), false);
    return outcome;
  } catch (const std::exception& error) {
    write_failure(request, observer.run_id(), error);
    notices.run_failed(request.source == runs::Source::landing ? "run" : "rebuild",
                       observer.run_id(), error, settings.stop);
    throw;
  }
}

// A run that is published stays so, whatever becomes of its report.
void write_report(const Config& config) {
  try {
    const auto folder = reread_if_superseded([&] {
      return reports::write_report(*open_warehouse(config)->reader(), report_settings(config));
    });
    if (!config.quiet)
      std::cout << fmt::format("report    {}\n", (folder / "report.html").string());
  } catch (const std::exception& error) {
    log::warning(
        fmt::format("the run is published, but its report could not be written: {}; write it with: "
                    "cartograph report",
                    error.what()));
  }
}

// What of the figures would be others.
void print_changes(std::ostream& out, const runs::DryRun& dry) {
  constexpr std::size_t kDaysShown = 14;
  out << fmt::format("  orders: {} new, {} changed, {} in all\n", dry.orders_new,
                     dry.orders_changed, dry.orders);
  if (dry.days.empty()) {
    out << "  days: none changed\n";
  } else {
    out << fmt::format("  days: {} changed, {} to {}\n", dry.days.size(),
                       to_string(dry.days.front().date), to_string(dry.days.back().date));
  }
  out << fmt::format("  net revenue: {}, before {}\n", to_string(dry.net_revenue_after),
                     to_string(dry.net_revenue_before));
  const std::size_t shown = std::min(dry.days.size(), kDaysShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& day = dry.days[i];
    const auto text = [](const std::optional<Money>& amount) {
      return amount ? to_string(*amount) : std::string("none");
    };
    out << fmt::format("    {}: {}, before {}\n", to_string(day.date), text(day.net_revenue_after),
                       text(day.net_revenue_before));
  }
  if (shown < dry.days.size()) out << fmt::format("    and {} more\n", dry.days.size() - shown);
}

int rehearse(const Config& config, quality::Accept accept) {
  constexpr std::size_t kFilesShown = 20;
  LoggingObserver observer(config.quiet);
  runs::RunSettings settings = run_settings(config);
  const StopSignals signals;
  settings.quality.accept = accept;
  settings.stop = signals.token();
  const runs::DryRun dry = runs::dry_run(settings, observer);
  std::ostream& out = std::cout;
  out << "dry run: nothing was published\n";
  const auto& counts = dry.outcome.counts;
  out << fmt::format("  files {}, rows read {}, would be staged {}, rejected {}\n", counts.files,
                     counts.rows_read, counts.rows_staged, counts.rows_quarantined);
  const std::size_t shown = std::min(dry.files.size(), kFilesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    out << fmt::format("    {}: {}, {} rejected\n", dry.files[i].source_file,
                       answers::counted(dry.files[i].rows_read, "row"), dry.files[i].rows_rejected);
  }
  if (shown < dry.files.size()) out << fmt::format("    and {} more\n", dry.files.size() - shown);
  print_files(out, dry.outcome);
  if (dry.outcome.status == runs::RunStatus::nothing_new) {
    out << "  nothing new: a run would change nothing\n";
    return 0;
  }
  print_changes(out, dry);
  for (const quality::Result& result : dry.outcome.checks) {
    if (!result.passed() && result.severity == quality::Severity::warning) {
      print_warning(out, result);
    }
  }
  if (dry.failure.empty()) return 0;
  log::error(fmt::format("a run would fail: {}", dry.failure));
  return 1;
}

// Exit status 1 where what is published is not what the staged rows give.
int audit(const Config& config) {
  LoggingObserver observer(config.quiet);
  runs::RunSettings settings = run_settings(config);
  const StopSignals signals;
  settings.stop = signals.token();
  bool differs = false;
  for (const runs::AuditedTable& table : runs::audit(settings, observer)) {
    std::cout << fmt::format("{:<8} {:<32} {}\n", table.differs() ? "differs" : "same", table.name,
                             answers::counted(table.rows_published, "row"));
    if (!table.differs()) continue;
    differs = true;
    std::cout << fmt::format("         built anew: {}; only published: {}, only built anew: {}\n",
                             answers::counted(table.rows_rebuilt, "row"), table.only_published,
                             table.only_rebuilt);
  }
  if (!differs) return 0;
  log::error(
      "what is published is not what the staged rows give; cartograph rebuild publishes what they "
      "give");
  return 1;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "The main job: pick up, stage, transform, check, publish, report");
  struct Given {
    std::string accepted;
    bool no_report = false;
    bool dry_run = false;
    std::string settled, outcome;
  };
  const auto given = std::make_shared<Given>();
  command
      ->add_flag("--accept-rejects{rows}", given->accepted,
                 "Publish whatever the reject rate; --accept-rejects=whole also where a file could "
                 "not be read at all")
      ->check(CLI::IsMember({"rows", "whole"}));
  command->add_flag("--no-report", given->no_report, "Write no report and print the run only");
  command->add_flag("--dry-run", given->dry_run,
                    "Publish nothing; print what would be read, rejected and changed");
  command
      ->add_option("--settled", given->settled,
                   "Take only the files that this list names, and only as they are there: made by "
                   "watch")
      ->type_name("FILE");
  command->add_option("--outcome", given->outcome, "Write what came of the run there, as JSON")
      ->type_name("FILE");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const auto accept = given->accepted == "whole"  ? quality::Accept::whole
                          : given->accepted == "rows" ? quality::Accept::rows
                                                      : quality::Accept::nothing;
      if (given->dry_run) return rehearse(config, accept);
      Notices notices(config);
      const auto outcome = run_and_print(
          config, {runs::Source::landing, accept, given->settled, given->outcome}, notices);
      if (!given->no_report && outcome.status == runs::RunStatus::published) {
        if (!config.quiet) print_figures(std::cout, config, outcome);
        write_report(config);
      }
      std::cout.flush();
      notices.run_ended();
      return 0;
    };
  });
}

void add_rebuild(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("rebuild", "Drop dimensions and facts and build them again");
  struct Given {
    std::string from = "staging";
    bool dry_run = false;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--from", given->from, "staging (default) or lake")
      ->check(CLI::IsMember({"staging", "lake"}));
  command->add_flag("--dry-run", given->dry_run,
                    "Publish nothing; say in which tables what is published differs from it");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const bool is_of_lake = given->from == "lake";
      if (given->dry_run && is_of_lake) {
        throw UsageError("--dry-run: it builds from staging; leave out --from lake");
      }
      if (given->dry_run) return audit(config);
      const auto source = is_of_lake ? runs::Source::lake : runs::Source::staging;
      Notices notices(config);
      run_and_print(config, {source, quality::Accept::nothing, {}, {}}, notices);
      std::cout.flush();
      notices.run_ended();
      return 0;
    };
  });
}

}  // namespace cartograph::cli
