// No table is a reference table: a run writes them and joins them in one transaction, which Citus
// does not always allow.
#include "warehouse/postgres/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "warehouse/postgres/cluster.hpp"

namespace cartograph::warehouse::postgres {
namespace {

// Each statement costs a task a shard, and a shard is what moves to a worker that is added: few,
// but enough for four times the workers.
constexpr std::int64_t kShardsPerWorker = 4;

// A column that none of them is spread by has any company.
std::string_view first_table_by(std::string_view column) {
  const auto& all = distributions();
  const auto first = std::find_if(all.begin(), all.end(), [&](const Distribution& distribution) {
    return distribution.column == column;
  });
  return first == all.end() ? all.front().table : first->table;
}

// What whoever set the cluster up has chosen comes first.
std::int64_t shard_count(Connection& connection, std::int64_t workers) {
  const Answer chosen = connection.query(
      "select setting from pg_settings where name = 'citus.shard_count' and source <> 'default'");
  return chosen.rows.empty() ? workers * kShardsPerWorker : std::stoll(*chosen.rows[0][0]);
}

bool has_rows(Connection& connection, std::string_view table) {
  return !connection.query(fmt::format("select 1 from {} limit 1", quote_name(table))).rows.empty();
}

}  // namespace

std::string Distribution::text() const {
  return fmt::format("distribution of {} by {}", table, column);
}

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> kAll = {
      {"stg_orders", "order_id"},      {"stg_order_items", "order_id"},
      {"stg_returns", "order_id"},     {"int_orphan_orders", "order_id"},
      {"fct_orders", "order_id"},      {"fct_order_items", "order_id"},
      {"fct_returns", "order_id"},     {"stg_customers", "customer_id"},
      {"dim_customer", "customer_id"}, {"stg_inventory_movements", "movement_id"},
      {"int_stock_movements", "sku"},  {"fct_inventory_daily", "sku"},
  };
  return kAll;
}

std::vector<Distribution> missing_distributions(Connection& connection) {
  std::set<std::string, std::less<>> there;
  connection.for_each(
      "select c.relname from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid "
      "where c.relnamespace = to_regnamespace(quote_ident(current_schema()))",
      {}, [&](const auto&, const Row& row) { there.insert(*row[0]); });
  std::vector<Distribution> missing;
  for (const Distribution& distribution : distributions()) {
    if (!there.contains(distribution.table)) missing.push_back(distribution);
  }
  return missing;
}

void distribute(Connection& connection, const Distribution& table, std::int64_t workers) {
  const std::string_view first = first_table_by(table.column);
  const std::string name = quote_literal(quote_name(table.table));
  const bool has_data = has_rows(connection, table.table);
  connection.execute(
      fmt::format("select create_distributed_table({}, {}, {})", name, quote_literal(table.column),
                  table.table == first ? fmt::format("colocate_with => 'none', shard_count => {}",
                                                     shard_count(connection, workers))
                                       : "colocate_with => " + quote_literal(quote_name(first))));
  // The rows were copied.
  if (has_data) {
    connection.execute(
        fmt::format("select truncate_local_data_after_distributing_table({})", name));
  }
}

}  // namespace cartograph::warehouse::postgres
