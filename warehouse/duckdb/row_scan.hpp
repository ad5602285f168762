// The table function through which DuckDB reads rows made in C++.
#pragma once

#include <duckdb.h>

#include <string>

#include "base/row_batch.hpp"

namespace cartograph::warehouse::duckdb {

void register_row_scan(duckdb_connection connection);

/// Reads `source` once; it has to outlive the statement.
std::string row_scan_expression(RowSource& source);

}  // namespace cartograph::warehouse::duckdb
