// What a run does before its own work: it leaves the warehouse and its lake as if every earlier run
// had ended properly, with today's schema.
#pragma once

#include <string>

#include "ingestion/lake.hpp"
#include "runs/journal.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

/// What tells the warehouse from others.
std::string warehouse_id(warehouse::Connection& connection);

/// Opens the lake of the writer's warehouse, which is described so, and settles there what killed
/// runs left. Returns the warehouse's id. A new warehouse that is built from a lake takes the place
/// of the one that the lake had. Throws WarehouseBusy where another run works in the lake.
std::string settle_lake(warehouse::Writer& writer, const std::string& description,
                        ingestion::Lake& lake, Source source, RunObserver& observer);

/// Lets the writer's staging be read from the lake, where it lies there: takes over tables of
/// earlier programs, and expects all files that it consists of, unless it is to be filled from the
/// lake anew. `run_id` is the run that is at work.
void settle_staging(warehouse::Writer& writer, const ingestion::Lake& lake, Source source,
                    const std::string& run_id);

/// Writes the rows of runs that ended without writing one: those of the journal, and those of other
/// machines that the run log has as running. `current` is the run that is at work.
void settle_run_log(warehouse::Writer& writer, const std::vector<JournalEntry>& journal,
                    const std::string& current, RunObserver& observer);

}  // namespace cartograph::runs
