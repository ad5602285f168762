// Jobs for Prometheus.
#pragma once

#include <string>

#include "cli/config.hpp"

namespace cartograph::cli {

/// When each job last succeeded, and whether it is overdue. Empty where the jobs or their log
/// cannot be read, which the log says.
std::string job_figures(const Config& config);

}  // namespace cartograph::cli
