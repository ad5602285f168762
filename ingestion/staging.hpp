// The staging tables, as the contracts have them.
#pragma once

#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// A table for each feed.
std::vector<warehouse::TableSpec> staging_tables();

/// Empties all staging tables.
void clear_staging_tables(warehouse::Connection& connection);

}  // namespace cartograph::ingestion
