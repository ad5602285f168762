// A run as OpenLineage tells it (openlineage.io, specification 2-0-2): START, then COMPLETE or
// FAIL, with the landed files as inputs and the tables as outputs. Pure functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "orchestration/run_events.hpp"

namespace cartograph::orchestration {

/// By which names datasets are known to others.
struct LineageNames {
  std::string warehouse;          // its URL without a password, "duckdb:PATH" with an absolute path
  std::string schema;             // of its tables
  std::filesystem::path landing;  // absolute
};

/// A line each: START with the time when the run began, and how it ended.
std::vector<std::string> lineage_of(const EndedRun& run, const LineageNames& names);

/// The id of a run there, which has to be a UUID.
std::string lineage_run_id(std::string_view run_id);

}  // namespace cartograph::orchestration
