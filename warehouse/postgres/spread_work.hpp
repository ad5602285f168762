// Work tables of a Citus cluster. Those that are spread lie on the nodes, each row beside the rows
// of its order, customer or SKU, so that what a run has to compute does not pass through
// the coordinator. They are unlogged, and in a schema of their own: they last from run to run, and
// no reader has to do with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "warehouse/postgres/session.hpp"

namespace cartograph::warehouse::postgres {

/// The schema of the work tables of a warehouse in `schema`.
std::string work_schema(const std::string& schema);

/// Lets the session find those of these tables that are spread after those of `schema`, all of them
/// empty; makes anew those that are declared otherwise than they are. The schema of the work tables
/// has to be there.
void make_spread_work_tables(Session& session, const std::string& schema,
                             const std::vector<WorkTable>& tables, std::int64_t workers);

}  // namespace cartograph::warehouse::postgres
