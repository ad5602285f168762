// watch: a run whenever the landing folder changes, until stopped.
#include <fmt/format.h>

#include <thread>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/notices.hpp"
#include "cli/stop_signals.hpp"
#include "cli/watching.hpp"
#include "orchestration/watcher.hpp"

namespace cartograph::cli {

void watch_landing(const Config& config, bool is_polling, std::stop_token stop) {
  orchestration::WatchSettings settings;
  settings.landing = config.landing;
  settings.folder = config.data / "watch";
  settings.run = {"/proc/self/exe", "run"};
  if (config.file) settings.run.insert(settings.run.end(), {"--config", config.file->string()});
  settings.environment = config.given_variables;
  settings.environment["CARTOGRAPH_QUIET"] = "true";
  settings.environment["CARTOGRAPH_LOG_FORMAT"] = "text";
  settings.is_polling = is_polling;
  const std::jthread emptying = empty_outbox(config);
  orchestration::watch(settings, std::move(stop));
}

void add_watch(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("watch", "Run whenever the landing folder changes, until stopped");
  const auto is_polling = std::make_shared<bool>(false);
  command->add_flag("--poll", *is_polling,
                    "Look every five seconds instead of waiting for the system to tell: for a "
                    "folder whose changes it does not see");
  command->callback([&action, is_polling] {
    action = [is_polling](const Config& config) {
      const StopSignals signals;
      log::info(fmt::format("watching {}", config.landing.string()));
      watch_landing(config, *is_polling, signals.token());
      log::info("stopped");
      return 0;
    };
  });
}

}  // namespace cartograph::cli
