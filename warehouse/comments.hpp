// Comments of tables, views and columns, which an engine keeps for the tools that read it.
#pragma once

#include <string_view>
#include <vector>

#include "warehouse/schema.hpp"

namespace cartograph::warehouse {

/// Writes those of `wanted` that are not there yet, or read otherwise; what is not there (a table
/// that somebody has dropped) is passed over. `stored_sql` gives what the engine has now:
/// table, whether it is a view, column (null: the table's own), comment. Where this role may not
/// write them a warning is all that comes of it.
void write_comments(Connection& connection, std::string_view stored_sql,
                    const std::vector<Comment>& wanted);

}  // namespace cartograph::warehouse
