// Rows that a failed run has rejected, by reason: they are in no table.
#pragma once

#include <string>
#include <vector>

#include "answers/runs.hpp"
#include "cli/config.hpp"

namespace cartograph::cli {

/// The commonest reasons first; nothing where the run's file of rejects is not in DATA.
std::vector<answers::RejectedCount> failed_rejects(const Config& config, const std::string& run_id);

}  // namespace cartograph::cli
