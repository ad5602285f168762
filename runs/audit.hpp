// Whether what is published is what the staged rows give: everything is built anew beside it and
// compared. Nothing of it stays.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runs/run.hpp"

namespace cartograph::runs {

/// A table that models fill, as it is published and as it was built anew.
struct AuditedTable {
  std::string name;
  std::int64_t rows_published = 0;
  std::int64_t rows_rebuilt = 0;
  std::int64_t only_published = 0;  // rows that were not built again like that
  std::int64_t only_rebuilt = 0;    // and those that were built and are not published

  bool differs() const { return only_published > 0 || only_rebuilt > 0; }
};

/// Builds all tables from staging in a transaction that is undone, and compares them row by row,
/// but for numbers that a rebuild gives anew: the keys of product versions. Holds the warehouse
/// like a run; readers are undisturbed. Throws as run() does for a rebuild, and Error where the
/// schema or the time zone has to be brought up to date first.
std::vector<AuditedTable> audit(const RunSettings& settings, RunObserver& observer);

}  // namespace cartograph::runs
