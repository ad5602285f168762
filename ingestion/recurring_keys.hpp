// Which keys of a run's rows may have come more than once: most have not, and what has to look at
// all rows of a key can leave the others alone.
#pragma once

#include <vector>

#include "base/instant.hpp"
#include "ingestion/key_watch.hpp"
#include "ingestion/lake.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// Makes the temp table recurring_keys (feed, id): the first column of each key that the rows
/// staged after `ingested_after` have more than once in one state. An id may be there several
/// times, or without need.
void find_recurring_keys(warehouse::Connection& connection, Instant ingested_after);

/// The same from what was seen of the keys when the rows were decoded into `pending`.
void load_recurring_keys(warehouse::Connection& connection, Instant ingested_after,
                         PendingLake& pending, const std::vector<SeenKeys>& seen);

}  // namespace cartograph::ingestion
