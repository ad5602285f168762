// The published state for a command that asks it: SIGTERM and SIGINT cancel what the engine does,
// and the command ends with Stopped.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "cli/config.hpp"
#include "cli/stop_signals.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

class StoppableReader {
 public:
  /// Reads the warehouse that the configuration names. To be made before any other thread.
  explicit StoppableReader(const Config& config);

  const warehouse::Warehouse& warehouse() const { return *warehouse_; }
  warehouse::Reader& operator*() const { return *reader_; }
  warehouse::Reader* operator->() const { return reader_.get(); }

 private:
  const StopSignals signals_;
  const std::unique_ptr<warehouse::Warehouse> warehouse_;
  const std::unique_ptr<warehouse::Reader> reader_;
  const std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace cartograph::cli
