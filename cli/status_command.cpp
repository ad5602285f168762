// status: what ran, what it did, and how the tables stand.
#include <fmt/format.h>

#include <iostream>

#include "answers/json.hpp"
#include "answers/runs.hpp"
#include "answers/table.hpp"
#include "cli/commands.hpp"

namespace cartograph::cli {
namespace {

using answers::print_section;

void print_run(const answers::RunDetails& details) {
  const auto run = answers::as_answer<answers::Run>({details.run});
  for (std::size_t i = 0; i < run.columns.size(); ++i) {
    if (run.rows[0][i]) {
      std::cout << fmt::format("{:<18} {}\n", run.columns[i].name, *run.rows[0][i]);
    }
  }
  print_section(std::cout, "Steps", details.steps, "none",
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
  print_section(std::cout, "Tables", status.tables, "none");
  if (!status.published_run) return;
  print_section(std::cout, "Warnings of the last published run", status.failed_checks, "none",
                {"severity", "check_name", "table_name", "failing_rows", "observed", "detail"});
  print_section(std::cout, "Its rejected rows by reason", status.rejected, "none");
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

}  // namespace

void add_status(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "status", "The last runs: volumes, durations, row counts, checks, quarantine");
  struct Given {
    std::string run_id;
    std::string format = "text";
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--run", given->run_id, "Everything about one run");
  command->add_option("--format", given->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const auto warehouse = open_warehouse(config);
      const auto reader = warehouse->reader();
      const bool as_json = given->format == "json";
      if (!given->run_id.empty()) {
        return show(answers::run_details(*reader, given->run_id), as_json, print_run);
      }
      if (!as_json) std::cout << "warehouse " << warehouse->description() << '\n';
      return show(answers::status(*reader), as_json, print_status);
    };
  });
}

}  // namespace cartograph::cli
