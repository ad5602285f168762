// What a reader's tables say of the run that published them.
#pragma once

#include <optional>
#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {

/// The run whose state `connection` sees; nothing where none has published.
std::optional<Published> read_published(Connection& connection);

/// Its id alone, where there is a run_log; empty where none has published.
std::string latest_run(Connection& connection);

}  // namespace cartograph::warehouse
