// How a table was declared is its comment: only one that is declared in another way is made anew.
#include "warehouse/postgres/spread_work.hpp"

#include <fmt/format.h>

#include <map>

#include "warehouse/postgres/distribution.hpp"

namespace cartograph::warehouse::postgres {
namespace {

std::string declaration(const WorkTable& table) {
  return fmt::format("Of the run that is at work, spread by {}: ({})", table.spread_by,
                     table.columns);
}

// The declarations of the tables that are there; nothing of one whose rows do not lie beside those
// of any table of the warehouse, as after it was dropped and made anew.
std::map<std::string, std::string, std::less<>> declared(Session& session,
                                                         const std::string& folder) {
  std::map<std::string, std::string, std::less<>> found;
  session.for_each(
      "select c.relname, case when exists (select 1 from pg_dist_partition w "
      "join pg_dist_partition b on b.colocationid = w.colocationid "
      "join pg_class f on f.oid = b.logicalrelid "
      "where w.logicalrelid = c.oid "
      "and f.relnamespace = (select oid from pg_namespace where nspname = current_schema())) "
      "then obj_description(c.oid, 'pg_class') end "
      "from pg_class c where c.relkind = 'r' "
      "and c.relnamespace = (select oid from pg_namespace where nspname = $1)",
      {folder}, [&](const auto&, const Row& row) { found.emplace(*row[0], row[1].value_or("")); });
  return found;
}

void make(Session& session, const std::string& name, const WorkTable& table, std::int64_t workers) {
  session.execute(fmt::format("drop table if exists {0}; create unlogged table {0} ({1})", name,
                              table.columns));
  distribute(session, {table.name, table.spread_by}, workers);
  session.execute(
      fmt::format("comment on table {} is {}", name, quote_literal(declaration(table))));
}

}  // namespace

std::string work_schema(const std::string& schema) { return schema + "_work"; }

void make_spread_work_tables(Session& session, const std::string& schema,
                             const std::vector<WorkTable>& tables, std::int64_t workers) {
  const std::string folder = work_schema(schema);
  session.execute(fmt::format("set search_path = {}, {}", quote_name(schema), quote_name(folder)));
  auto there = declared(session, folder);
  std::string emptied;
  for (const WorkTable& table : tables) {
    if (table.spread_by.empty()) continue;
    const std::string name = fmt::format("{}.{}", quote_name(folder), quote_name(table.name));
    if (there[std::string(table.name)] == declaration(table)) {
      emptied += (emptied.empty() ? "truncate " : ", ") + name;
    } else {
      make(session, name, table, workers);
    }
    there.erase(there.find(table.name));
  }
  for (const auto& [name, of] : there) {
    session.execute(fmt::format("drop table {}.{}", quote_name(folder), quote_name(name)));
  }
  if (!emptied.empty()) session.execute(emptied);
}

}  // namespace cartograph::warehouse::postgres
