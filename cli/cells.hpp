// Cells of an answer as values, and values as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/money.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

// The value of a cell, 0 for null. Throw Error where it is of another kind.
Money money_of(const warehouse::Cell& cell);
std::int64_t number_of(const warehouse::Cell& cell);
Instant instant_of(const warehouse::Cell& cell);

/// "file:line".
std::string source_of(const warehouse::Cell& file, const warehouse::Cell& line);

/// An instant without decimals that say nothing: "2025-03-01T10:00:00Z"; "-" for null.
std::string shown_instant(const warehouse::Cell& cell);

/// "1 row", "2 rows".
std::string counted(std::int64_t number, std::string_view noun);

}  // namespace cartograph::cli
