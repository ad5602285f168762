// What commands share.
#include "cli/commands.hpp"

namespace cartograph::cli {

std::unique_ptr<warehouse::Warehouse> open_warehouse(const Config& config) {
  return warehouse::open(config.warehouse_url(), {config.data, config.threads,
                                                  config.warehouse_schema, config.memory_bytes()});
}

}  // namespace cartograph::cli
