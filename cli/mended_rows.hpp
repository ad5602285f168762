// Which rejected rows were mended: what answers are told of by who knows contracts and the landing
// folder.
#pragma once

#include "answers/rejected.hpp"
#include "cli/config.hpp"

namespace cartograph::cli {

/// Finds them once for each published run. Thread-safe.
answers::MarkMended mark_mended(const Config& config);

}  // namespace cartograph::cli
