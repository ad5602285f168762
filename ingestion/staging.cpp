// DDL from the contracts.
#include "ingestion/staging.hpp"

#include <fmt/format.h>

#include <set>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {
namespace {

// Text compares by its bytes, whatever a database's default.
std::string declaration(const ColumnSpec& column) {
  return fmt::format("{} {}{}", column.name, sql_type(column.type),
                     column.type == ColumnType::text ? " collate \"C\"" : "");
}

}  // namespace

void create_staging_tables(warehouse::Connection& connection) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    std::set<std::string> present;
    for (const auto& row :
         connection
             .query(fmt::format("select column_name from information_schema.columns where "
                                "table_schema = current_schema() and table_name = {}",
                                warehouse::quote_literal(feed.staging_table())))
             .rows) {
      present.insert(*row[0]);
    }
    if (present.empty()) {
      std::string columns;
      for (const ColumnSpec& column : feed.staging) {
        columns += fmt::format("{}{}{}", columns.empty() ? "" : ", ", declaration(column),
                               column.nullable ? "" : " not null");
      }
      connection.execute(fmt::format("create table {} ({})", feed.staging_table(), columns));
      continue;
    }
    for (const ColumnSpec& column : feed.staging) {
      if (present.contains(column.name)) continue;
      connection.execute(
          fmt::format("alter table {} add column {}", feed.staging_table(), declaration(column)));
    }
  }
}

void clear_staging_tables(warehouse::Connection& connection) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    connection.execute(fmt::format("delete from {}", feed.staging_table()));
  }
}

}  // namespace cartograph::ingestion
