// What the configuration says to a run.
#pragma once

#include "cli/config.hpp"
#include "runs/run.hpp"

namespace cartograph::cli {

/// The part of `config` that a run needs.
runs::RunSettings run_settings(const Config& config);

}  // namespace cartograph::cli
