// Which tables of a Citus cluster lie on its workers, and by which column: rows with the same value
// of a column lie on the same worker, so that what belongs to an order, a customer or a SKU is
// joined where it lies. All other tables stay on the coordinator: they are small, or no fact is
// joined with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/postgres/session.hpp"

namespace cartograph::warehouse::postgres {

struct Distribution {
  std::string_view table;
  std::string_view column;

  /// As migrate shows it.
  std::string text() const;
};

/// All of them; the first table of a column is the one that the others lie beside.
const std::vector<Distribution>& distributions();

/// Those whose tables are not distributed yet, be they there or not.
std::vector<Distribution> missing_distributions(Connection& connection);

/// Distributes the table, with the rows that it has, over `workers`; readers wait meanwhile.
/// To be called outside of a transaction, in the order of distributions().
void distribute(Connection& connection, const Distribution& table, std::int64_t workers);

}  // namespace cartograph::warehouse::postgres
