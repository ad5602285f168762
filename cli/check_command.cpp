// check: the quality checks on what is published, all of it.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/rereading.hpp"
#include "cli/stoppable_reader.hpp"
#include "quality/checks.hpp"
#include "runs/tables.hpp"

namespace cartograph::cli {

void add_check(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("check", "The quality checks on what is published");
  command->callback([&action] {
    action = [](const Config& config) {
      const auto results = reread_if_superseded([&] {
        const StoppableReader reader(config);
        return runs::check_everything(*reader);
      });
      for (const quality::Result& result : results) {
        std::cout << fmt::format("{:<8} {:<42} {}\n",
                                 result.passed() ? "passed" : quality::name(result.severity),
                                 result.check->name, result.passed() ? "" : result.observed);
        if (!result.passed()) {
          std::cout << fmt::format("         expected: {}\n         rows: {} ({})\n",
                                   result.check->expects, result.failing_rows, result.detail);
        }
      }
      return quality::any_error(results) ? 1 : 0;
    };
  });
}

}  // namespace cartograph::cli
