// The figures that a run prints when it has published.
#pragma once

#include <ostream>

#include "cli/config.hpp"
#include "runs/run.hpp"

namespace cartograph::cli {

void print_figures(std::ostream& out, const Config& config, const runs::RunOutcome& outcome);

}  // namespace cartograph::cli
