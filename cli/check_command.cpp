// check: the quality checks on what is published, all of it.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "ingestion/staged_counts.hpp"
#include "ingestion/staged_oddities.hpp"
#include "pipelines/models.hpp"
#include "quality/checks.hpp"

namespace cartograph::cli {

void add_check(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("check", "The quality checks on what is published");
  command->callback([&action] {
    action = [](const Config& config) {
      const auto connection = open_warehouse(config)->reader();
      pipelines::create_scope(*connection, {"", pipelines::kEverything});
      ingestion::count_staged(*connection, pipelines::kEverything);
      ingestion::find_staged_oddities(*connection, pipelines::kEverything);
      quality::mark_everything(*connection);
      const auto results = quality::run_checks(*connection, {});
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
