// Reads the declarations and runs each as one statement that counts and samples at once.
#include "quality/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/rethrow.hpp"

namespace cartograph::quality {
namespace {

constexpr std::string_view kRejectRate = "reject_rate";
constexpr int kFailingKeysMax = 20;

// The text after "-- key: ", or nothing.
bool take_field(std::string_view line, std::string_view key, std::string& value) {
  const std::string lead = fmt::format("-- {}: ", key);
  if (!line.starts_with(lead)) return false;
  value = line.substr(lead.size());
  return true;
}

void finish(Check& check, const std::string& severity, std::vector<Check>& list) {
  while (!check.sql.empty() &&
         (check.sql.back() == '\n' || check.sql.back() == ';' || check.sql.back() == ' ')) {
    check.sql.pop_back();
  }
  if (severity != "error" && severity != "warning") {
    throw Error(
        fmt::format("check {}: severity is error or warning, not '{}'", check.name, severity));
  }
  if (check.table.empty() || check.expects.empty() || check.sql.empty()) {
    throw Error(fmt::format("check {}: needs table, expects and a SELECT", check.name));
  }
  check.severity = severity == "error" ? Severity::error : Severity::warning;
  list.push_back(std::move(check));
}

std::vector<Check> parse(std::string_view text) {
  std::vector<Check> list;
  Check check;
  std::string severity;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::string value;
    if (take_field(line, "check", value)) {
      if (inside) finish(check, severity, list);
      check = Check{};
      check.name = value;
      severity.clear();
      inside = true;
    } else if (inside) {
      if (take_field(line, "table", check.table) || take_field(line, "severity", severity) ||
          take_field(line, "expects", check.expects)) {
        continue;
      }
      if (!line.starts_with("--")) check.sql.append(line).append("\n");
    }
  }
  if (inside) finish(check, severity, list);
  return list;
}

std::string_view rows_of(Scope scope) {
  return embedded_text(scope == Scope::everything ? "quality/all_rows.sql"
                                                  : "quality/changed_rows.sql");
}

// Whether every order that is there is one that the run has changed.
bool is_all_new(warehouse::Connection& connection) {
  return connection
      .query(
          "select 1 from loaded_files where ingested_at <= (select ingested_after from run_scope) "
          "limit 1")
      .rows.empty();
}

void make_settings(warehouse::Connection& connection, const Settings& settings) {
  connection.execute("drop table if exists run_settings");
  connection.execute(
      "create temp table run_settings (max_reject_rate double precision, tolerated_rejects "
      "bigint)");
  connection.execute(fmt::format("insert into run_settings values ({}, {})",
                                 settings.max_reject_rate, settings.tolerated_rejects));
}

void make_read_files(warehouse::Connection& connection, const std::vector<ReadFile>& files) {
  connection.execute("drop table if exists read_files");
  connection.execute(
      "create temp table read_files "
      "(source_file text, is_rejected_whole boolean, unended_line bigint)");
  for (const ReadFile& file : files) {
    if (!file.is_rejected_whole && file.unended_line == 0) continue;
    connection.execute(fmt::format("insert into read_files values ({}, {}, {})",
                                   warehouse::quote_literal(file.source_file),
                                   file.is_rejected_whole, file.unended_line));
  }
}

// Whether the files above the limits are published all the same.
bool is_accepted(const Settings& settings, const std::vector<ReadFile>& files) {
  const bool any_whole = std::any_of(files.begin(), files.end(),
                                     [](const ReadFile& file) { return file.is_rejected_whole; });
  return settings.accept == Accept::whole || (settings.accept == Accept::rows && !any_whole);
}

}  // namespace

const std::vector<Check>& checks() {
  static const std::vector<Check> all = parse(embedded_text("quality/checks.sql"));
  return all;
}

bool is_small(warehouse::Connection& connection) {
  constexpr int kRowsMax = 500'000;
  // Every SKU has a row on the last day, and at most one on each day before.
  return connection
             .query(
                 "select cast((select coalesce(sum(rows_staged), 0) from loaded_files) "
                 "+ (select count(*) from fct_inventory_daily "
                 "where date = (select max(date) from fct_inventory_daily)) "
                 "* (select coalesce(max(date) - min(date) + 1, 0) from fct_inventory_daily) "
                 "as bigint)")
             .number() < kRowsMax;
}

void mark_everything(warehouse::Connection& connection) {
  connection.execute(embedded_text("quality/everything.sql"));
}

Scope scope_of_run(warehouse::Connection& connection) {
  if (is_small(connection)) {
    mark_everything(connection);
    return Scope::everything;
  }
  return is_all_new(connection) ? Scope::everything : Scope::changed;
}

Result run_check(warehouse::Connection& connection, const Check& check, Scope scope) {
  Result result{&check, check.severity, 0, "", "", {}};
  connection.for_each(
      fmt::format("{}select failing_key, observed, count(*) over () as failing_rows from ({}) f "
                  "order by failing_key limit {}",
                  rows_of(scope), check.sql, kFailingKeysMax),
      {}, [&](const auto&, const warehouse::Row& row) {
        if (result.failing_rows == 0) {
          result.failing_rows = std::stoll(*row[2]);
          result.observed = row[1].value_or("null");
        }
        result.findings.push_back({row[0].value_or("null"), row[1].value_or("null")});
        result.detail += (result.detail.empty() ? "" : ", ") + result.findings.back().key;
      });
  if (result.failing_rows == 0) {
    result.observed = "as expected";
  } else if (result.failing_rows > 1) {
    result.observed += fmt::format(", and {} more", result.failing_rows - 1);
  }
  return result;
}

std::vector<Result> run_checks(warehouse::Connection& connection, const Settings& settings,
                               Scope scope, const std::vector<ReadFile>& files) {
  make_settings(connection, settings);
  make_read_files(connection, files);
  std::vector<Result> results;
  for (const Check& check : checks()) {
    try {
      results.push_back(run_check(connection, check, scope));
    } catch (const Error& error) {
      throw_as(error, fmt::format("the check {} could not be run: {}", check.name, error.what()));
    }
    if (check.name == kRejectRate && is_accepted(settings, files)) {
      results.back().severity = Severity::warning;
    }
  }
  return results;
}

bool any_error(const std::vector<Result>& results) {
  for (const Result& result : results) {
    if (!result.passed() && result.severity == Severity::error) return true;
  }
  return false;
}

std::string_view name(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

}  // namespace cartograph::quality
