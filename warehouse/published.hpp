// What a reader's tables say of the run that published them.
#pragma once

#include <optional>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {

/// The run whose state `connection` sees; nothing where none has published.
std::optional<Published> read_published(Connection& connection);

}  // namespace cartograph::warehouse
