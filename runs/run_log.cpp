// Inserts of the operations tables.
#include "runs/run_log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/utf8.hpp"

namespace cartograph::runs {
namespace {

struct LogColumn {
  std::string_view name;
  std::string_view type;
};

// All rows in one statement, each of as many values as there are columns.
void insert_rows(warehouse::Connection& connection, std::string_view table,
                 const std::vector<LogColumn>& columns, const warehouse::Parameters& values) {
  if (values.empty()) return;
  std::string names;
  for (const LogColumn& column : columns) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  }
  std::string rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t place = i % columns.size();
    const std::string_view before = i == 0 ? "(" : place == 0 ? "), (" : ", ";
    rows += fmt::format("{}cast(${} as {})", before, i + 1, columns[place].type);
  }
  connection.query(fmt::format("insert into {} ({}) values {})", table, names, rows), values);
}

}  // namespace

std::string_view name(RunStatus status) {
  switch (status) {
    case RunStatus::running: return "running";
    case RunStatus::published: return "published";
    case RunStatus::nothing_new: return "nothing_new";
    case RunStatus::failed: return "failed";
  }
  return "";
}

void RunLog::step(std::string_view name, const std::function<std::int64_t()>& body) {
  observer_.begins(name);
  StepResult& step = steps_.emplace_back(StepResult{std::string(name), now(), 0, 0, false, ""});
  const auto start = std::chrono::steady_clock::now();
  const auto finish = [&] {
    step.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - start)
                           .count();
    observer_.ended(step);
  };
  try {
    step.rows = body();
  } catch (const std::exception& error) {
    step.failed = true;
    step.detail = error.what();
    finish();
    throw;
  }
  finish();
}

void RunLog::warn(const std::string& warning) {
  observer_.warning(warning);
  constexpr std::size_t kWarningsKept = 1000;
  if (warnings_.size() < kWarningsKept) warnings_.push_back(warning);
  note(warning);
}

void RunLog::note(const std::string& text) {
  constexpr std::size_t kDetailBytesMax = 10'000;
  std::string& detail = steps_.back().detail;
  if (detail.size() > kDetailBytesMax) return;
  detail += detail.empty() ? text : "\n" + text;
}

void RunLog::write_run(warehouse::Connection& connection, RunStatus status, const Counts& counts,
                       const std::string& error) const {
  connection.query("delete from run_log where run_id = $1", {mark_.run_id});
  connection.query(
      "insert into run_log (run_id, command, started_at, finished_at, status, files, rows_read, "
      "rows_staged, rows_quarantined, error) values ($1, $2, cast($3 as timestamp with time zone), "
      "cast($4 as timestamp with time zone), $5, cast($6 as bigint), cast($7 as bigint), "
      "cast($8 as bigint), cast($9 as bigint), $10)",
      {mark_.run_id, mark_.command, to_string(mark_.started_at),
       status == RunStatus::running ? warehouse::Cell() : to_string(now()),
       std::string(name(status)), std::to_string(counts.files), std::to_string(counts.rows_read),
       std::to_string(counts.rows_staged), std::to_string(counts.rows_quarantined),
       error.empty() ? warehouse::Cell() : printable(error)});
}

void RunLog::write_all(warehouse::Connection& connection, RunStatus status, const Counts& counts,
                       const std::string& error) const {
  write_run(connection, status, counts, error);
  warehouse::Parameters steps;
  for (const StepResult& step : steps_) {
    steps.insert(steps.end(), {mark_.run_id, step.name, to_string(step.started_at),
                               std::to_string(step.duration_ms), std::to_string(step.rows),
                               step.failed ? "failed" : "done",
                               step.detail.empty() ? warehouse::Cell() : printable(step.detail)});
  }
  insert_rows(connection, "run_steps",
              {{"run_id", "text"},
               {"step", "text"},
               {"started_at", "timestamp with time zone"},
               {"duration_ms", "bigint"},
               {"rows", "bigint"},
               {"status", "text"},
               {"detail", "text"}},
              steps);
  warehouse::Parameters results;
  for (const quality::Result& result : results_) {
    results.insert(results.end(),
                   {mark_.run_id, result.check->name, result.check->table,
                    std::string(quality::name(result.severity)), result.passed() ? "true" : "false",
                    result.observed, result.check->expects, std::to_string(result.failing_rows),
                    result.detail.empty() ? warehouse::Cell() : result.detail});
  }
  insert_rows(connection, "quality_results",
              {{"run_id", "text"},
               {"check_name", "text"},
               {"table_name", "text"},
               {"severity", "text"},
               {"passed", "boolean"},
               {"observed", "text"},
               {"expected", "text"},
               {"failing_rows", "bigint"},
               {"detail", "text"}},
              results);
}

bool is_published(warehouse::Connection& connection, const std::string& run_id) {
  return connection
             .query("select count(*) from run_log where run_id = $1 and status = 'published'",
                    {run_id})
             .number() > 0;
}

}  // namespace cartograph::runs
