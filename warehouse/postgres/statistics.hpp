// What the planner knows of the tables' contents.
#pragma once

#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// Has the server look into the tables of `schema` that are new to its planner or have grown by
/// half, before it gets round to it: also into those of a cluster's workers. Where it cannot, it
/// says so and leaves it at that.
void refresh_statistics(Connection& connection, const std::string& schema, bool is_cluster);

}  // namespace cartograph::warehouse::postgres
