// Keys that were built after a load count a table's pages without looking into it.
#include "warehouse/postgres/statistics.hpp"

#include <fmt/format.h>

#include <iterator>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/postgres/cluster.hpp"

namespace cartograph::warehouse::postgres {
namespace {

std::string grown_sql(const std::string& schema) {
  return fmt::format(
      "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
      "where n.nspname = {} and c.relkind = 'r' and pg_relation_size(c.oid) > 0 "
      "and (pg_relation_size(c.oid) > c.relpages * 1.5 * "
      "current_setting('block_size')::integer "
      "or not exists (select 1 from pg_stats s "
      "where s.schemaname = n.nspname and s.tablename = c.relname))",
      quote_literal(schema));
}

// A shard is called as its table, with a number behind.
std::string grown_shards_sql(const std::string& schema) {
  return fmt::format(
      "select string_agg(distinct regexp_replace(relname, '_[0-9]+$', ''), ' ') from ({}) grown",
      grown_sql(schema));
}

std::set<std::string> grown(Connection& connection, const std::string& schema, bool is_cluster) {
  std::set<std::string> names;
  for (const Row& row : connection.query(grown_sql(schema)).rows) names.insert(*row[0]);
  if (!is_cluster) return names;
  for (const WorkerAnswer& answer : ask_workers(connection, grown_shards_sql(schema))) {
    std::istringstream shards(answer.text);
    names.insert(std::istream_iterator<std::string>(shards), {});
  }
  return names;
}

}  // namespace

void refresh_statistics(Connection& connection, const std::string& schema, bool is_cluster) {
  try {
    for (const std::string& name : grown(connection, schema, is_cluster)) {
      connection.execute("analyze " + quote_name(name));
    }
  } catch (const Error& error) {
    log::warning(fmt::format("the planner's statistics could not be refreshed: {}", error.what()));
  }
}

}  // namespace cartograph::warehouse::postgres
