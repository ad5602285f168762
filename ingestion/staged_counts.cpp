// One statement a feed, so that each staging table is read once.
#include "ingestion/staged_counts.hpp"

#include <fmt/format.h>

#include <string>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {
namespace {

std::string count_rows(const contracts::Feed& feed, Instant ingested_after) {
  std::string counts;
  std::string columns = "(cast(null as text), s.rows)";
  for (const ColumnSpec& column : feed.staging) {
    if (!column.nullable) continue;
    counts += fmt::format(", count({0}) as {0}", column.name);
    columns += fmt::format(", ({}, s.{})", warehouse::quote_literal(column.name), column.name);
  }
  const std::string table = feed.staging_table();
  return fmt::format(
      "insert into staged_counts (table_name, column_name, run_id, ingested_at, rows, nulls) "
      "select {0}, c.column_name, s.run_id, s.ingested_at, s.rows, s.rows - c.filled "
      "from (select run_id, ingested_at, count(*) as rows{1} from {2} "
      "where ingested_at > timestamp with time zone {3} group by run_id, ingested_at) s "
      "cross join lateral (values {4}) as c(column_name, filled)",
      warehouse::quote_literal(table), counts, table,
      warehouse::quote_literal(to_string(ingested_after)), columns);
}

}  // namespace

void count_staged(warehouse::Connection& connection, Instant ingested_after) {
  connection.execute(
      "drop table if exists staged_counts; "
      "create temp table staged_counts (table_name text, column_name text, run_id text, "
      "ingested_at timestamp with time zone, rows bigint, nulls bigint)");
  for (const contracts::Feed& feed : contracts::feeds()) {
    connection.execute(count_rows(feed, ingested_after));
  }
}

}  // namespace cartograph::ingestion
