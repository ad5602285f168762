// What the configuration says to a run, and to whoever reads rows as a run does.
#pragma once

#include "cli/config.hpp"
#include "contracts/feed.hpp"
#include "runs/run.hpp"

namespace cartograph::cli {

/// The part of `config` that a run needs.
runs::RunSettings run_settings(const Config& config);

/// How rows that landed are read.
contracts::Context context_of(const Config& config);

}  // namespace cartograph::cli
