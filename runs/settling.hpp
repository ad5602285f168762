// What a run does before its own work: it leaves the warehouse and its lake as if every earlier run
// had ended properly, with today's schema.
#pragma once

#include <string>

#include "ingestion/lake.hpp"
#include "runs/journal.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

/// Opens the lake of the writer's warehouse, which is described so, and settles there what killed
/// runs left. Returns the warehouse's id. A new warehouse that is built from a lake takes the place
/// of the one that the lake had. Throws WarehouseBusy where another run works in the lake.
std::string settle_lake(warehouse::Writer& writer, const std::string& description,
                        ingestion::Lake& lake, Source source, RunObserver& observer);

/// Writes the rows of runs that ended without writing one: those of the journal, and those of other
/// machines that the run log has as running. `current` is the run that is at work.
void settle_run_log(warehouse::Writer& writer, const std::vector<JournalEntry>& journal,
                    const std::string& current, RunObserver& observer);

}  // namespace cartograph::runs
