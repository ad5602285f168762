// status: what ran, what it did, and how the tables stand.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "answers/json.hpp"
#include "answers/runs.hpp"
#include "answers/table.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/failed_rejects.hpp"
#include "cli/job_settings.hpp"
#include "cli/rereading.hpp"
#include "cli/stoppable_reader.hpp"
#include "ingestion/landing.hpp"
#include "orchestration/job_log.hpp"

namespace cartograph::cli {
namespace {

using answers::print_section;

std::vector<answers::FileNote> ignored_names(const Config& config) {
  std::vector<answers::FileNote> notes;
  std::error_code error;
  if (!std::filesystem::is_directory(config.landing, error)) return notes;
  for (std::string& warning : ingestion::list_landing(config.landing).warnings) {
    notes.push_back({std::move(warning)});
  }
  return notes;
}

void print_notes(std::string_view heading, const std::vector<answers::FileNote>& notes) {
  if (notes.empty()) return;
  std::cout << '\n' << heading << '\n';
  for (const answers::FileNote& note : notes) std::cout << note.text << '\n';
}

void print_run(const answers::RunDetails& details) {
  const auto run = answers::as_answer<answers::Run>({details.run});
  for (std::size_t i = 0; i < run.columns.size(); ++i) {
    if (run.rows[0][i]) {
      std::cout << fmt::format("{:<18} {}\n", run.columns[i].name, *run.rows[0][i]);
    }
  }
  std::vector<answers::RunStep> steps = details.steps;
  for (answers::RunStep& step : steps) {
    if (step.detail) std::replace(step.detail->begin(), step.detail->end(), '\n', ' ');
  }
  print_section(std::cout, "Steps", steps, "none",
                {"step", "duration_ms", "rows", "status", "detail"});
  print_section(std::cout, "Files", details.files, "none",
                {"source_file", "bytes", "rows_read", "rows_staged", "rows_quarantined"});
  print_section(std::cout, "Checks that did not pass", details.failed_checks, "none",
                {"severity", "check_name", "table_name", "failing_rows", "observed", "detail"});
  print_section(std::cout, "Rejected rows by reason", details.rejected, "none");
}

void print_status(const answers::Status& status) {
  print_section(std::cout, "The last runs, newest first", status.runs, "none",
                {"run_id", "command", "status", "started_at", "seconds", "median_seconds", "files",
                 "rows_read", "rows_staged", "rows_quarantined"});
  if (!status.overdue.empty()) {
    print_section(std::cout, "Jobs that are overdue", status.overdue, "none");
  }
  print_section(std::cout, "Tables", status.tables, status.uncounted.value_or("none"));
  if (status.failed_run) {
    print_section(std::cout, "Rows that the failed run rejected, by reason", status.failed_rejected,
                  "none");
  }
  print_notes("Names in the landing folder that no run takes", status.ignored);
  print_notes("What the newest run said of its files", status.notes);
  if (!status.published_run) return;
  print_section(std::cout, "Warnings of the last published run", status.failed_checks, "none",
                {"severity", "check_name", "table_name", "failing_rows", "observed", "detail"});
  print_section(std::cout, "Its rejected rows by reason", status.rejected, "none");
}

// Where no job has ever been scheduled none is overdue, whatever its file says.
std::vector<answers::OverdueJob> overdue(const Config& config) {
  std::vector<answers::OverdueJob> found;
  const auto states = states_of(orchestration::JobLog(scheduler_settings(config).folder).read());
  if (states.empty()) return found;
  for (const auto& job : overdue_jobs(configured_jobs(config), states, now())) {
    found.push_back({job.job, job.expected, job.since});
  }
  return found;
}

// Exit status 1 where a job is overdue, which the last line says.
int judge(const std::vector<answers::OverdueJob>& jobs) {
  if (jobs.empty()) return 0;
  std::string names;
  for (const auto& job : jobs) names += (names.empty() ? "" : ", ") + job.job;
  log::error("overdue: " + names);
  return 1;
}

// As JSON, or as text by `print_text`.
template <class Value, class Print>
int show(const Value& value, bool as_json, Print&& print_text) {
  if (as_json) {
    std::cout << answers::to_json(value) << '\n';
  } else {
    print_text(value);
  }
  return 0;
}

struct Given {
  std::string run_id;
  std::string format = "text";
  bool fail_if_overdue = false;
};

int show_run(const Config& config, const Given& given) {
  const StoppableReader reader(config);
  auto details = answers::run_details(*reader, given.run_id);
  if (details.run.status == "failed") details.rejected = failed_rejects(config, given.run_id);
  return show(details, given.format == "json", print_run);
}

int show_status(const Config& config, const Given& given) {
  const StoppableReader reader(config);
  auto status = answers::status(*reader);
  status.ignored = ignored_names(config);
  status.overdue = overdue(config);
  if (status.failed_run) status.failed_rejected = failed_rejects(config, *status.failed_run);
  const bool as_json = given.format == "json";
  if (!as_json) std::cout << "warehouse " << reader.warehouse().description() << '\n';
  show(status, as_json, print_status);
  return given.fail_if_overdue ? judge(status.overdue) : 0;
}

}  // namespace

void add_status(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "status", "The last runs: volumes, durations, row counts, checks, quarantine");
  const auto given = std::make_shared<Given>();
  command->add_option("--run", given->run_id, "Everything about one run");
  command->add_option("--format", given->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--fail-if-overdue", given->fail_if_overdue,
                    "Exit status 1 where a job should have succeeded and has not");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      return reread_if_superseded([&] {
        return given->run_id.empty() ? show_status(config, *given) : show_run(config, *given);
      });
    };
  });
}

}  // namespace cartograph::cli
