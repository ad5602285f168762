// migrate: the schema without a run.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "ingestion/staging.hpp"

namespace cartograph::cli {
namespace {

void print_list(const std::vector<std::string>& list, std::string_view what) {
  for (const std::string& migration : list) std::cout << fmt::format("{} {}\n", what, migration);
  if (list.empty()) std::cout << "the schema is up to date\n";
}

}  // namespace

void add_migrate(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "migrate", "Bring the warehouse's schema up to date (run does it by itself)");
  const auto dry_run = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *dry_run, "Show what would be done");
  command->callback([&action, dry_run] {
    action = [dry_run](const Config& config) {
      const auto warehouse = open_warehouse(config);
      if (*dry_run) {
        print_list(warehouse->pending(), "would apply");
        return 0;
      }
      const auto writer = warehouse->writer({"migrate", "migrate", now()});
      const auto applied =
          writer->prepare({ingestion::staging_tables(), {config.reporting_timezone}});
      if (!applied.empty()) writer->publish();
      print_list(applied, "applied");
      return 0;
    };
  });
}

}  // namespace cartograph::cli
