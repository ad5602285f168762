// In one go: on a server, tables cost little but the way there.
#include "warehouse/work_tables.hpp"

#include <fmt/format.h>

#include <string>

namespace cartograph::warehouse {

void make_work_tables(Connection& connection, const std::vector<WorkTable>& tables) {
  if (auto* own = dynamic_cast<LastingWorkTables*>(&connection)) {
    own->make_work_tables(tables);
  } else {
    make_temporary_tables(connection, tables);
  }
}

void make_temporary_tables(Connection& connection, const std::vector<WorkTable>& tables) {
  std::string sql;
  for (const WorkTable& table : tables) {
    sql += fmt::format("drop table if exists {0}; create temp table {0} ({1});\n", table.name,
                       table.columns);
  }
  connection.execute(sql);
}

}  // namespace cartograph::warehouse
