// explain: how a published figure comes about, down to files and lines.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/explain.hpp"

namespace cartograph::cli {
namespace {

Day day_of_option(const std::string& text) {
  const auto day = parse_day(text);
  if (!day) {
    throw UsageError(
        fmt::format("'{}' is no date; write YYYY-MM-DD, for example 2025-03-20", text));
  }
  return *day;
}

struct Given {
  std::string what;
  ExplainOptions options;
};

using Explain = std::function<bool(warehouse::Connection&, const Given&)>;

CLI::App* add_explanation(CLI::App& command, Action& action, const std::shared_ptr<Given>& given,
                          const std::string& name, const std::string& description,
                          const std::string& argument, const std::string& argument_help,
                          Explain explain) {
  CLI::App* kind = command.add_subcommand(name, description);
  kind->add_option(argument, given->what, argument_help)->required();
  kind->callback([&action, given, explain = std::move(explain)] {
    action = [given, explain](const Config& config) {
      const auto connection = open_warehouse(config)->reader();
      return explain(*connection, *given) ? 0 : 1;
    };
  });
  return kind;
}

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("explain", "How a published figure comes about, down to files and lines");
  command->require_subcommand(1);
  const auto given = std::make_shared<Given>();
  add_explanation(*command, action, given, "order", "How an order's net revenue comes about", "ID",
                  "The order's id", [](warehouse::Connection& connection, const Given& asked) {
                    return explain_order(std::cout, connection, asked.what);
                  });
  CLI::App* day = add_explanation(
      *command, action, given, "day", "A day's revenue, from its orders to the day's row", "DATE",
      "The day, YYYY-MM-DD", [](warehouse::Connection& connection, const Given& asked) {
        return explain_day(std::cout, connection, day_of_option(asked.what), asked.options);
      });
  CLI::App* sku = add_explanation(
      *command, action, given, "sku", "A SKU's stock alerts, and what led to the last", "SKU",
      "The SKU", [](warehouse::Connection& connection, const Given& asked) {
        return explain_sku(std::cout, connection, asked.what, asked.options);
      });
  for (CLI::App* kind : {day, sku}) {
    kind->add_flag("--all", given->options.all, "Show every row, also of long lists");
  }
}

}  // namespace cartograph::cli
