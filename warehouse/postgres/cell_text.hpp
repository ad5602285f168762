// From PostgreSQL's text output to the one text form of cells that warehouse.hpp describes.
#pragma once

#include <libpq-fe.h>

#include <optional>
#include <string>
#include <string_view>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// What a column of the server's type `type` holds; nothing where it has no text form here.
std::optional<CellType> cell_type(Oid type);

/// The cell's text, from what the server sent under DateStyle ISO and time zone UTC.
std::string cell_text(CellType type, std::string_view sent);

}  // namespace cartograph::warehouse::postgres
