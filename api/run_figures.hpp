// The run log for Prometheus.
#pragma once

#include <string>

#include "answers/ask.hpp"

namespace cartograph::api {

/// How many runs there were of each command and status, when each last succeeded, how many rows
/// were read: in the text format of Prometheus.
std::string run_figures(warehouse::Reader& reader);

}  // namespace cartograph::api
