// An index is known by its columns: its name is the server's choice.
#include "warehouse/postgres/indexes.hpp"

#include <fmt/format.h>

#include <set>

#include "warehouse/postgres/session.hpp"

namespace cartograph::warehouse::postgres {
namespace {

std::string list_of(const ColumnNames& columns) {
  std::string list;
  for (const std::string& column : columns) {
    list += (list.empty() ? "" : ", ") + quote_name(column);
  }
  return list;
}

// The columns of each whole index on plain columns.
std::set<std::string> indexed(Connection& connection, const std::string& table) {
  std::set<std::string> found;
  const Answer answer = connection.query(
      "select string_agg(format('\"%s\"', replace(a.attname, '\"', '\"\"')), ', ' order by "
      "k.place) "
      "from pg_index i "
      "cross join unnest(cast(i.indkey as smallint[])) with ordinality k(number, place) "
      "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number "
      "where i.indrelid = cast($1 as regclass) and i.indpred is null and i.indexprs is null "
      "group by i.indexrelid",
      {quote_name(table)});
  for (const Row& row : answer.rows) found.insert(*row[0]);
  return found;
}

}  // namespace

void create_indexes(Connection& connection, const TableSpec& table) {
  std::set<std::string> present = indexed(connection, table.name);
  std::vector<ColumnNames> wanted = table.indexes;
  if (!table.key.empty()) wanted.insert(wanted.begin(), table.key);
  for (const ColumnNames& columns : wanted) {
    const std::string list = list_of(columns);
    if (!present.insert(list).second) continue;
    connection.execute(fmt::format("create index on {} ({})", quote_name(table.name), list));
  }
}

}  // namespace cartograph::warehouse::postgres
