// What a run does before its own work: it leaves the warehouse and its lake as if every earlier run
// had ended properly, with today's schema.
#pragma once

#include <string>

#include "ingestion/lake.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

/// Why a run has failed, where that is known.
struct FailedRun {
  std::string run_id;
  std::string error;
};

/// Opens the lake of the writer's warehouse, and settles there what killed runs left. Returns the
/// warehouse's id. A new warehouse that is built from a lake takes the place of the one that the
/// lake had. Throws WarehouseBusy where another run works in the lake.
std::string settle_lake(warehouse::Writer& writer, ingestion::Lake& lake, Source source,
                        RunObserver& observer);

/// Writes the rows of runs that ended without writing one; of `known` with the reason.
void write_abandoned_runs(warehouse::Writer& writer, const FailedRun& known, RunObserver& observer);

}  // namespace cartograph::runs
