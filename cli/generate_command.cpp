// generate: a fabricated store.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "base/stopping.hpp"
#include "cli/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/progress.hpp"
#include "cli/stop_signals.hpp"
#include "datagen/generate.hpp"

namespace cartograph::cli {

void add_generate(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "generate", "Fabricate a store's history: the same arguments give the same bytes");
  struct Given {
    datagen::StoreOptions store;
    std::string start = "2025-01-01";
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--out", given->store.out, "Landing folder to write; must be new or empty")
      ->type_name("DIR")
      ->required();
  command->add_option("--days", given->store.days, "Landing dates (default 90)");
  command->add_option("--orders", given->store.orders, "Orders over all days (default 20000)");
  command->add_option("--seed", given->store.seed, "Another seed is another store (default 1)");
  command->add_option("--noise", given->store.noise, "Bad rows for a good one, 0 to 1 (default 0)");
  command->add_option("--start", given->start, "The first landing date (default 2025-01-01)");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      const auto start = parse_day(given->start);
      if (!start) {
        throw UsageError(
            fmt::format("--start: '{}' is not a date; write it as 2025-01-01", given->start));
      }
      given->store.start = *start;
      Progress progress(config.quiet);
      const StopSignals signals;
      NewFolder out(given->store.out);
      const auto summary =
          datagen::generate(given->store, [&](std::int64_t done, std::int64_t all) {
            expect_not_stopped(signals.token());
            progress.show("fabricating", done, all);
          });
      out.keep();
      progress.clear();
      for (const datagen::FeedSummary& feed : summary.feeds) {
        std::cout << fmt::format("{:<20} {:>5} files {:>10} rows", feed.feed, feed.files,
                                 feed.rows);
        if (feed.rows_bad > 0) std::cout << fmt::format(" {:>7} bad rows", feed.rows_bad);
        std::cout << '\n';
      }
      std::cout << fmt::format("landing folder {}\n", given->store.out.string());
      return 0;
    };
  });
}

}  // namespace cartograph::cli
