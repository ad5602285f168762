// What the checks ask of every staging table, which they cannot know: a new feed is looked at
// without any change to their SQL.
#pragma once

#include <vector>

#include "base/instant.hpp"
#include "ingestion/key_watch.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// Makes two temp tables of the rows staged after `ingested_after`. repeated_keys: keys that one
/// file has more than once, with different values but of one state (feed, key, source_file,
/// first_line, last_line, rows, variants); it needs recurring_keys of these rows. rewritten_ids:
/// ids that look as if a spreadsheet had written them as a number (feed, column_name, id,
/// source_file, source_line); looked for where `seen` has an id with a plus, everywhere without it.
void find_staged_oddities(warehouse::Connection& connection, Instant ingested_after,
                          const std::vector<SeenKeys>* seen = nullptr);

}  // namespace cartograph::ingestion
