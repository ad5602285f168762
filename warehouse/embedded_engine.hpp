// The engine that is part of the program.
#pragma once

#include <string>

namespace cartograph::warehouse {

/// Its name and the version of the library that is loaded, such as "DuckDB 1.5.6".
std::string embedded_engine();

}  // namespace cartograph::warehouse
