// The tables in which the models of a run hand rows on. Nobody else sees what is in them, and it
// means nothing once the run has ended.
#pragma once

#include <string_view>
#include <vector>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse {

struct WorkTable {
  std::string_view name;
  std::string_view columns;    // as "create table" has them between the parentheses
  std::string_view spread_by;  // the column by which a cluster spreads it; empty: it does not
};

/// What a writer can do beyond others whose engine has work tables that are not temporary.
class LastingWorkTables {
 public:
  virtual ~LastingWorkTables() = default;
  virtual void make_work_tables(const std::vector<WorkTable>& tables) = 0;
};

/// Lets `connection` have these tables, all of them empty. To be called outside of a transaction by
/// whoever writes, anywhere by whoever reads.
void make_work_tables(Connection& connection, const std::vector<WorkTable>& tables);

/// The same with temporary tables on any engine.
void make_temporary_tables(Connection& connection, const std::vector<WorkTable>& tables);

}  // namespace cartograph::warehouse
