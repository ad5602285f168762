// explain: how a published figure comes about, down to files and lines.
#include <fmt/format.h>

#include <iostream>
#include <limits>

#include "answers/explanation.hpp"
#include "answers/json.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/rereading.hpp"
#include "cli/stoppable_reader.hpp"

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
  std::string format = "text";
  bool all = false;
  answers::ExplainOptions options;
};

using Explain = std::function<answers::Explanation(warehouse::Connection&, const Given&)>;

struct Argument {
  const char* name;
  const char* help;
};

CLI::App* add_explanation(CLI::App& command, Action& action, const std::shared_ptr<Given>& given,
                          const std::string& name, const std::string& description,
                          const Argument& argument, Explain explain) {
  CLI::App* kind = command.add_subcommand(name, description);
  kind->add_option(argument.name, given->what, argument.help)->required();
  kind->add_option("--format", given->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}));
  kind->callback([&action, given, explain = std::move(explain)] {
    action = [given, explain](const Config& config) {
      // JSON is for programs: all rows.
      if (given->all || given->format == "json") {
        given->options.rows_max = std::numeric_limits<std::size_t>::max();
      }
      const auto explanation = reread_if_superseded([&] {
        const StoppableReader reader(config);
        return explain(*reader, *given);
      });
      std::cout << (given->format == "json" ? answers::to_json(explanation) + "\n"
                                            : answers::text_of(explanation));
      return explanation.adds_up ? 0 : 1;
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
  add_explanation(*command, action, given, "order", "How an order's net revenue comes about",
                  {"ID", "The order's id"},
                  [](warehouse::Connection& connection, const Given& asked) {
                    return answers::explain_order(connection, asked.what);
                  });
  CLI::App* day = add_explanation(
      *command, action, given, "day", "A day's revenue, from its orders to the day's row",
      {"DATE", "The day, YYYY-MM-DD"}, [](warehouse::Connection& connection, const Given& asked) {
        return answers::explain_day(connection, day_of_option(asked.what), asked.options);
      });
  day->add_flag("--recognition", given->options.with_recognition,
                "Show the pools behind the day's recognised revenue");
  CLI::App* sku = add_explanation(
      *command, action, given, "sku", "A SKU's stock alerts, and what led to the last",
      {"SKU", "The SKU"}, [](warehouse::Connection& connection, const Given& asked) {
        return answers::explain_sku(connection, asked.what, asked.options);
      });
  for (CLI::App* kind : {day, sku}) {
    kind->add_flag("--all", given->all, "Show every row, also of long lists");
  }
}

}  // namespace cartograph::cli
