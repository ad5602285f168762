// The indexes of tables that rooms above declare.
#pragma once

#include "warehouse/schema.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// Makes the indexes on the key and on what else the table's rows are found by, where there are
/// none of the same columns yet. The table has to be there.
void create_indexes(Connection& connection, const TableSpec& table);

}  // namespace cartograph::warehouse::postgres
