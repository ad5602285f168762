// What the checks ask of every staging table, which they cannot know: a new feed is looked at
// without any change to their SQL.
#pragma once

#include "base/instant.hpp"
#include "ingestion/lake.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// Makes two temp tables of the rows staged after `ingested_after`. repeated_keys: keys that one
/// file has more than once, with different values but of one state (feed, key, source_file,
/// first_line, last_line, rows, variants). rewritten_ids: ids that look as if a spreadsheet had
/// written them as a number (feed, column_name, id, source_file, source_line).
void find_staged_oddities(warehouse::Connection& connection, Instant ingested_after);

/// The same of the rows that a run has decoded, read from its files.
void find_decoded_oddities(warehouse::Connection& connection, PendingLake& decoded);

}  // namespace cartograph::ingestion
