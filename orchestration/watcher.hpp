// Runs the main job whenever the landing folder has changed, as a process of its own, until it is
// stopped. Which files are whole and when a run is due says orchestration/watch_rule.hpp.
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace cartograph::orchestration {

struct WatchSettings {
  std::filesystem::path landing;
  std::filesystem::path folder;  // for what a run is given, and what it prints: DATA/watch
  std::vector<std::string> run;  // the command line of a run
  std::map<std::string, std::string> environment;  // of a run, beside this process's own
  bool is_polling = false;  // look every few seconds, whatever the system tells
};

/// Returns when a stop was requested and a run that was at work has ended. The run's command line
/// gets `--settled FILE`, the files that it may take, and `--outcome FILE`, where it says what came
/// of it. Throws UsageError where there is no landing folder, and WarehouseBusy where another
/// watches for the same DATA folder. A folder that goes away later is waited for.
void watch(const WatchSettings& settings, std::stop_token stop);

}  // namespace cartograph::orchestration
