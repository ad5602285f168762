// Which engine it is decides, and that is what its class is.
#include "warehouse/staged_lake.hpp"

#include "warehouse/connection.hpp"

namespace cartograph::warehouse {

StagedLake* staged_lake(Connection& connection) { return dynamic_cast<StagedLake*>(&connection); }

}  // namespace cartograph::warehouse
