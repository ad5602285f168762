// The latest published run of run_log, and the last day that has figures.
#include "warehouse/published.hpp"

#include <fmt/format.h>

#include <charconv>

namespace cartograph::warehouse {
namespace {

constexpr std::string_view kLatest =
    "from run_log where status = 'published' order by started_at desc, run_id desc limit 1";

}  // namespace

std::optional<Published> read_published(Connection& connection) {
  constexpr int kTables = 2;
  const Answer tables = connection.query(
      "select count(*) from information_schema.tables where table_schema = current_schema() "
      "and table_name in ('run_log', 'fct_revenue_daily')");
  if (tables.number() < kTables) return {};
  const Answer run = connection.query(
      fmt::format("select run_id, cast(extract(epoch from finished_at) * 1000000 as bigint), "
                  "(select max(date) from fct_revenue_daily) {}",
                  kLatest));
  if (run.rows.empty()) return {};
  const Row& row = run.rows[0];
  Published published{*row[0], {}, {}};
  const std::string& micros = row[1].value();
  std::from_chars(micros.data(), micros.data() + micros.size(), published.published_at.micros);
  if (row[2]) published.as_of = parse_day(*row[2]);
  return published;
}

std::string latest_run(Connection& connection) {
  const Answer run = connection.query(fmt::format("select run_id {}", kLatest));
  return run.rows.empty() ? std::string() : *run.rows[0][0];
}

}  // namespace cartograph::warehouse
