// import: open data sets as feeds.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/stop_signals.hpp"
#include "importers/online_retail.hpp"

namespace cartograph::cli {

void add_import(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("import", "Turn an open data set into feeds");
  command->require_subcommand(1);
  CLI::App* online_retail = command->add_subcommand(
      "online-retail", "The UCI Online Retail or Online Retail II ledger, CSV or CSV.gz");
  struct Given {
    std::string file;
    std::string out;
  };
  const auto given = std::make_shared<Given>();
  online_retail->add_option("FILE", given->file, "The ledger")->required();
  online_retail->add_option("--out", given->out, "Landing folder to write; must be new or empty")
      ->type_name("DIR")
      ->required();
  online_retail->callback([&action, given] {
    action = [given](const Config&) {
      const StopSignals signals;
      NewFolder out(given->out);
      const auto report = importers::import_online_retail(given->file, given->out, signals.token());
      out.keep();
      std::cout << importers::to_text(report);
      return 0;
    };
  });
}

}  // namespace cartograph::cli
