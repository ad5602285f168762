// Inserts of the operations tables.
#include "cli/run_log.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/log.hpp"

namespace cartograph::cli {

void RunLog::step(std::string_view name, const std::function<std::int64_t()>& body) {
  Step step{std::string(name), now(), 0, 0, "done", ""};
  const auto start = std::chrono::steady_clock::now();
  const auto finish = [&] {
    step.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - start)
                           .count();
    steps_.push_back(step);
  };
  try {
    step.rows = body();
  } catch (const std::exception& error) {
    step.status = "failed";
    step.detail = error.what();
    finish();
    throw;
  }
  finish();
}

void RunLog::warn(const std::string& warning) {
  constexpr std::size_t kDetailBytesMax = 10'000;
  std::string& detail = steps_.back().detail;
  if (detail.size() > kDetailBytesMax) return;
  detail += detail.empty() ? warning : "; " + warning;
}

void RunLog::write_run(warehouse::Connection& connection, std::string_view status,
                       const Counts& counts, const std::string& error) const {
  connection.query("delete from run_log where run_id = $1", {mark_.run_id});
  connection.query(
      "insert into run_log (run_id, command, started_at, finished_at, status, files, rows_read, "
      "rows_staged, rows_quarantined, error) values ($1, $2, cast($3 as timestamp with time zone), "
      "cast($4 as timestamp with time zone), $5, cast($6 as bigint), cast($7 as bigint), "
      "cast($8 as bigint), cast($9 as bigint), $10)",
      {mark_.run_id, mark_.command, to_string(mark_.started_at),
       status == "running" ? warehouse::Cell() : to_string(now()), std::string(status),
       std::to_string(counts.files), std::to_string(counts.rows_read),
       std::to_string(counts.rows_staged), std::to_string(counts.rows_quarantined),
       error.empty() ? warehouse::Cell() : error});
}

void RunLog::write_all(warehouse::Connection& connection, std::string_view status,
                       const Counts& counts, const std::string& error) const {
  write_run(connection, status, counts, error);
  for (const Step& step : steps_) {
    connection.query(
        "insert into run_steps (run_id, step, started_at, duration_ms, rows, status, detail) "
        "values ($1, $2, cast($3 as timestamp with time zone), cast($4 as bigint), "
        "cast($5 as bigint), $6, $7)",
        {mark_.run_id, step.name, to_string(step.started_at), std::to_string(step.duration_ms),
         std::to_string(step.rows), step.status,
         step.detail.empty() ? warehouse::Cell() : step.detail});
  }
  for (const quality::Result& result : results_) {
    connection.query(
        "insert into quality_results (run_id, check_name, table_name, severity, passed, observed, "
        "expected, failing_rows, detail) values ($1, $2, $3, $4, cast($5 as boolean), $6, $7, "
        "cast($8 as bigint), $9)",
        {mark_.run_id, result.check->name, result.check->table,
         std::string(quality::name(result.severity)), result.passed() ? "true" : "false",
         result.observed, result.check->expects, std::to_string(result.failing_rows),
         result.detail.empty() ? warehouse::Cell() : result.detail});
  }
}

void write_abandoned_runs(warehouse::Connection& connection,
                          const std::vector<warehouse::RunMark>& marks,
                          const std::string& known_run_id, const std::string& reason) {
  for (const warehouse::RunMark& mark : marks) {
    // Killed after it had published, it has had its word.
    const bool has_ended =
        connection
            .query("select count(*) from run_log where run_id = $1 and status <> 'running'",
                   {mark.run_id})
            .number() > 0;
    if (has_ended) continue;
    const bool is_known = mark.run_id == known_run_id;
    if (!is_known) {
      log::warning(
          fmt::format("the run {} ended without a word; nothing of it was published", mark.run_id));
    }
    RunLog(mark).write_run(connection, "failed", {},
                           is_known ? reason
                                    : "the run ended without a word: it was killed, or the machine "
                                      "went down; nothing of it was published");
  }
}

}  // namespace cartograph::cli
