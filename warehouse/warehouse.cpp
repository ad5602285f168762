// The engines by their URLs.
#include "warehouse/warehouse.hpp"

#include "base/error.hpp"
#include "warehouse/duckdb/duckdb_warehouse.hpp"
#include "warehouse/postgres/postgres_warehouse.hpp"

namespace cartograph::warehouse {

std::unique_ptr<Warehouse> open(const std::string& url, const Options& options) {
  constexpr std::string_view kDuckdb = "duckdb:";
  if (url.starts_with(kDuckdb) && url.size() > kDuckdb.size()) {
    return std::make_unique<duckdb::DuckdbWarehouse>(url.substr(kDuckdb.size()), options);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return std::make_unique<postgres::PostgresWarehouse>(url, options);
  }
  throw UsageError(
      "the warehouse URL is of no known kind; write duckdb:PATH, for example "
      "duckdb:data/warehouse.duckdb, or postgresql://USER@HOST/DATABASE");
}

}  // namespace cartograph::warehouse
