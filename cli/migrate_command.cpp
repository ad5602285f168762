// migrate: the schema without a run.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/stop_signals.hpp"
#include "runs/tables.hpp"
#include "runs/writer.hpp"

namespace cartograph::cli {
namespace {

void print_list(const std::vector<std::string>& list, std::string_view what) {
  for (const std::string& migration : list) std::cout << fmt::format("{} {}\n", what, migration);
  if (list.empty()) std::cout << "the schema is up to date\n";
}

std::vector<std::string> migrate(warehouse::Warehouse& warehouse, const Config& config) {
  const StopSignals signals;
  try {
    const runs::Journal journal(config.data, warehouse.description());
    const auto writer = runs::take_writer(warehouse, journal, signals.token());
    const std::stop_callback on_stop(signals.token(), [&] { writer->interrupt(); });
    auto applied = writer->prepare(runs::schema(config.reporting_timezone));
    if (!applied.empty()) writer->publish();
    return applied;
  } catch (const Stopped&) {
    throw Stopped(
        "stopped: a migration takes place as a whole or not at all; migrate, or the next run, "
        "applies what is missing");
  }
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
      print_list(migrate(*warehouse, config), "applied");
      return 0;
    };
  });
}

}  // namespace cartograph::cli
