// query: read-only SQL on the published state.
#include <iostream>

#include "answers/table.hpp"
#include "cli/commands.hpp"
#include "cli/rereading.hpp"
#include "cli/stoppable_reader.hpp"

namespace cartograph::cli {

namespace {

struct Given {
  std::string sql;
  std::string format = "table";
};

int print_answer(const Config& config, const Given& given) {
  const StoppableReader reader(config);
  if (given.format == "table") {
    answers::print(std::cout, reader->query(given.sql), answers::OutputFormat::table);
    return 0;
  }
  answers::RowPrinter printer(
      std::cout, given.format == "csv" ? answers::OutputFormat::csv : answers::OutputFormat::json);
  printer.finish(reader->for_each(
      given.sql, {}, [&](const auto& columns, const auto& row) { printer.row(columns, row); }));
  return 0;
}

}  // namespace

void add_query(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("query", "Read-only SQL on the warehouse");
  const auto given = std::make_shared<Given>();
  command->add_option("SQL", given->sql, "One SELECT statement")->required();
  command->add_option("--format", given->format, "table (default), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  command->callback([&action, given] {
    action = [given](const Config& config) {
      return reread_if_superseded([&] { return print_answer(config, *given); });
    };
  });
}

}  // namespace cartograph::cli
