// The library says its version itself: it may be another than the one that was built with.
#include "warehouse/embedded_engine.hpp"

#include <duckdb.h>

#include <string_view>

namespace cartograph::warehouse {

std::string embedded_engine() {
  std::string_view version = duckdb_library_version();
  if (version.starts_with('v')) version.remove_prefix(1);
  return "DuckDB " + std::string(version);
}

}  // namespace cartograph::warehouse
