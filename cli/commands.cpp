// What commands share.
#include "cli/commands.hpp"

#include <ostream>

#include "cli/table.hpp"

namespace cartograph::cli {

std::unique_ptr<warehouse::Warehouse> open_warehouse(const Config& config) {
  return warehouse::open(config.warehouse_url(), {config.data, config.threads,
                                                  config.warehouse_schema, config.memory_bytes()});
}

void print_section(std::ostream& out, warehouse::Connection& connection, const std::string& heading,
                   const std::string& sql, const warehouse::Parameters& parameters,
                   const std::string& if_empty) {
  const warehouse::Answer answer = connection.query(sql, parameters);
  out << '\n' << heading << '\n';
  if (answer.rows.empty()) {
    out << if_empty << '\n';
  } else {
    print(out, answer, OutputFormat::table);
  }
}

}  // namespace cartograph::cli
