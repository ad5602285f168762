// Watching the landing folder as the configuration says: for watch, and for serve --with-watch.
#pragma once

#include <stop_token>

#include "cli/config.hpp"

namespace cartograph::cli {

/// Runs whenever the landing folder has changed, and sends what waits to be told, until a stop is
/// requested and a run that was at work has ended. Throws as orchestration::watch() does.
void watch_landing(const Config& config, bool is_polling, std::stop_token stop);

}  // namespace cartograph::cli
