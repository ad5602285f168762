// The data dictionary: what every table and column of a warehouse holds, as a page.
#pragma once

#include <string>

#include "warehouse/connection.hpp"

namespace cartograph::runs {

/// Of the schema behind `connection`, a DuckDB warehouse that is up to date. Throws Error naming a
/// table or column that is there and described nowhere, or described and not there.
std::string data_dictionary(warehouse::Connection& connection);

}  // namespace cartograph::runs
