// A run finds its own rows by ingested_at, and the rows of what it touches by their keys.
#include "ingestion/staging.hpp"

#include "contracts/feed.hpp"
#include "warehouse/staged_lake.hpp"

namespace cartograph::ingestion {
namespace {

warehouse::TableSpec staging_table(const contracts::Feed& feed) {
  warehouse::TableSpec table{
      feed.staging_table(), feed.staging, {}, {{"ingested_at"}}, std::string(feed.grain)};
  for (const std::string_view column : feed.key) table.key.emplace_back(column);
  // Orders are looked up from what hangs on them.
  for (const contracts::FieldInfo& field : feed.fields) {
    if (field.name == "order_id" && table.key.front() != field.name) {
      table.indexes.push_back({"order_id"});
    }
  }
  return table;
}

}  // namespace

std::vector<warehouse::TableSpec> staging_tables() {
  std::vector<warehouse::TableSpec> tables;
  for (const contracts::Feed& feed : contracts::feeds()) tables.push_back(staging_table(feed));
  return tables;
}

void clear_staging_tables(warehouse::Connection& connection) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    const std::string table = feed.staging_table();
    if (auto* lake = warehouse::staged_lake(connection)) {
      lake->clear(table);
    } else {
      connection.execute("delete from " + table);
    }
  }
}

}  // namespace cartograph::ingestion
