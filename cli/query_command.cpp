// query: read-only SQL on the published state.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"

namespace cartograph::cli {

void add_query(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("query", "Read-only SQL on the warehouse");
  static std::string sql;
  static std::string format = "table";
  command->add_option("SQL", sql, "One SELECT statement")->required();
  command->add_option("--format", format, "table (default), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  command->callback([&action] {
    action = [](const Config& config) {
      const auto connection = open_warehouse(config)->reader();
      if (format == "table") {
        print(std::cout, connection->query(sql), OutputFormat::table);
        return 0;
      }
      RowPrinter printer(std::cout, format == "csv" ? OutputFormat::csv : OutputFormat::json);
      printer.finish(connection->for_each(
          sql, {}, [&](const auto& columns, const auto& row) { printer.row(columns, row); }));
      return 0;
    };
  });
}

}  // namespace cartograph::cli
