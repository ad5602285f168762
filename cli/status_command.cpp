// status: what ran, what it did, and how the tables stand.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace cartograph::cli {
namespace {

constexpr const char* kRuns =
    "select run_id, command, status, started_at, "
    "cast(extract(epoch from (finished_at - started_at)) as numeric(18, 2)) as seconds, "
    "files, rows_read, rows_staged, rows_quarantined as quarantined "
    "from run_log order by started_at desc, run_id desc limit 10";

constexpr const char* kChecks =
    "select severity, check_name, table_name, failing_rows, observed, detail "
    "from quality_results where run_id = $1 and not passed order by severity, check_name";

constexpr const char* kQuarantine =
    "select feed, reasons, count(*) as rows from quarantine where run_id = $1 "
    "group by feed, reasons order by count(*) desc, feed, reasons limit 20";

void print_table_sizes(warehouse::Connection& connection) {
  const auto tables = connection.query(
      "select table_name from information_schema.tables where table_schema = current_schema() "
      "and table_type = 'BASE TABLE' and (table_name like 'stg%' or table_name like 'dim%' "
      "or table_name like 'fct%' or table_name = 'quarantine') order by table_name");
  std::string sql;
  for (const auto& row : tables.rows) {
    sql += fmt::format("{}select '{}' as table_name, count(*) as rows from {}",
                       sql.empty() ? "" : " union all ", *row[0], *row[0]);
  }
  if (!sql.empty()) print_section(std::cout, connection, "Tables", sql + " order by 1", {}, "none");
}

void print_run(warehouse::Connection& connection, const std::string& run_id) {
  const auto run = connection.query(
      "select command, status, started_at, finished_at, files, rows_read, rows_staged, "
      "rows_quarantined, error from run_log where run_id = $1",
      {run_id});
  if (run.rows.empty()) {
    throw UsageError(
        fmt::format("there is no run {}; cartograph status lists the last ones", run_id));
  }
  std::cout << "run " << run_id << '\n';
  for (std::size_t i = 0; i < run.columns.size(); ++i) {
    if (run.rows[0][i]) {
      std::cout << fmt::format("  {:<17} {}\n", run.columns[i].name, *run.rows[0][i]);
    }
  }
  print_section(std::cout, connection, "Steps",
                "select step, duration_ms, rows, status, detail from run_steps where run_id = $1 "
                "order by started_at, step",
                {run_id}, "none");
  print_section(std::cout, connection, "Files",
                "select source_file, bytes, rows_read, rows_staged, rows_quarantined "
                "from loaded_files where run_id = $1 order by ingested_at",
                {run_id}, "none");
  print_section(std::cout, connection, "Checks that did not pass", kChecks, {run_id}, "none");
  print_section(std::cout, connection, "Rejected rows by reason", kQuarantine, {run_id}, "none");
}

}  // namespace

void add_status(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "status", "The last runs: volumes, durations, row counts, checks, quarantine");
  const auto run_id = std::make_shared<std::string>();
  command->add_option("--run", *run_id, "Everything about one run");
  command->callback([&action, run_id] {
    action = [run_id](const Config& config) {
      const auto warehouse = open_warehouse(config);
      const auto connection = warehouse->reader();
      if (!run_id->empty()) {
        print_run(*connection, *run_id);
        return 0;
      }
      std::cout << "warehouse " << warehouse->description() << '\n';
      print_section(std::cout, *connection, "The last runs, newest first", kRuns, {}, "none");
      print_table_sizes(*connection);
      const auto last = connection->query(
          "select run_id from run_log where status = 'published' "
          "order by started_at desc, run_id desc limit 1");
      if (!last.rows.empty()) {
        print_section(std::cout, *connection, "Warnings of the last published run", kChecks,
                      {last.rows[0][0]}, "none");
        print_section(std::cout, *connection, "Its rejected rows by reason", kQuarantine,
                      {last.rows[0][0]}, "none");
      }
      return 0;
    };
  });
}

}  // namespace cartograph::cli
