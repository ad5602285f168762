// The staging tables, made from the contracts.
#pragma once

#include "warehouse/warehouse.hpp"

namespace cartograph::ingestion {

/// Creates the staging tables that are missing and adds columns that contracts have gained.
void create_staging_tables(warehouse::Connection& connection);

/// Empties all staging tables.
void clear_staging_tables(warehouse::Connection& connection);

}  // namespace cartograph::ingestion
