// Sizes are counted table by table: which tables there are, the catalogue knows.
#include "answers/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "answers/ask.hpp"
#include "base/error.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::answers {
namespace {

constexpr int kRunsShown = 10;
constexpr int kReasonsShown = 20;

std::vector<TableSize> table_sizes(warehouse::Connection& connection) {
  std::vector<TableSize> sizes;
  for (const TableName& table : ask<TableName>(connection)) {
    sizes.push_back(
        {table.table_name,
         connection.query(fmt::format("select count(*) from \"{}\"", table.table_name)).number()});
  }
  return sizes;
}

// What the step that read files has in its detail, a line each.
std::vector<FileNote> file_notes(const std::vector<RunStep>& steps) {
  std::vector<FileNote> notes;
  for (const RunStep& step : steps) {
    if (step.step != "decode" || !step.detail) continue;
    std::istringstream lines(*step.detail);
    for (std::string line; std::getline(lines, line);) {
      // A line that goes on is of the note before it.
      if (line.starts_with(' ') && !notes.empty()) {
        notes.back().text += "\n" + line;
      } else {
        notes.push_back({line});
      }
    }
  }
  return notes;
}

}  // namespace

Status status(warehouse::Reader& reader) {
  Status status{ask<Run>(reader, std::nullopt, std::nullopt, kRunsShown)};
  if (const auto& published = reader.published()) {
    status.published_run = published->run_id;
    status.failed_checks = ask<CheckResult>(reader, published->run_id, true);
    status.rejected = ask<RejectedCount>(reader, published->run_id, kReasonsShown);
  }
  const auto read_files = std::ranges::find_if(
      status.runs, [](const Run& run) { return run.command == "run" && run.files > 0; });
  if (read_files != status.runs.end()) {
    status.notes = file_notes(ask<RunStep>(reader, read_files->run_id));
  }
  if (!status.runs.empty() && status.runs.front().status == "failed") {
    status.failed_run = status.runs.front().run_id;
  }
  // Last, since what a reader has lost is no longer asked.
  try {
    status.tables = table_sizes(reader);
  } catch (const warehouse::Superseded&) {
    throw;
  } catch (const TransientError& error) {
    status.uncounted = error.what();
  }
  return status;
}

Run find_run(warehouse::Connection& connection, std::string_view run_id) {
  auto run = ask_one<Run>(connection, run_id, std::nullopt, 1);
  if (!run) {
    throw NotFound(
        fmt::format("there is no run {}; cartograph status lists the last ones", run_id));
  }
  return std::move(*run);
}

RunDetails run_details(warehouse::Connection& connection, std::string_view run_id) {
  RunDetails details{find_run(connection, run_id), ask<RunStep>(connection, run_id),
                     ask<RunFile>(connection, run_id), ask<CheckResult>(connection, run_id, true),
                     ask<RejectedCount>(connection, run_id, kReasonsShown)};
  details.notes = file_notes(details.steps);
  return details;
}

}  // namespace cartograph::answers
