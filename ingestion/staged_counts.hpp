// What was staged, counted over all staging tables, for models and checks that cannot know which
// tables there are: a new feed is counted without any change to their SQL.
#pragma once

#include "base/instant.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// Makes the temp table staged_counts of the rows staged after `ingested_after`: for each file one
/// row with column_name null, and one for each column that its contract lets be null. Columns:
/// table_name, column_name, run_id, ingested_at (of the file), rows, nulls.
void count_staged(warehouse::Connection& connection, Instant ingested_after);

}  // namespace cartograph::ingestion
