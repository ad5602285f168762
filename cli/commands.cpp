// What commands share.
#include "cli/commands.hpp"

namespace cartograph::cli {

std::unique_ptr<warehouse::Warehouse> open_warehouse(const Config& config,
                                                     unsigned memory_percent_of_machine) {
  return warehouse::open(config.warehouse_url(),
                         {config.data, config.threads, config.warehouse_schema,
                          config.memory_bytes(memory_percent_of_machine)});
}

}  // namespace cartograph::cli
