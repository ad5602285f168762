// PostgreSQL as a warehouse: one schema of a database, and nothing outside of it. A run holds an
// advisory lock of its session and works in one transaction, so that the server itself undoes a run
// whose program, connection or machine is gone. Readers see the state that was committed when they
// came, and neither wait nor make a run wait. Any number of threads.
#pragma once

#include <memory>
#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

class PostgresWarehouse final : public Warehouse {
 public:
  /// Throws UsageError where `url` or the schema's name cannot be one.
  PostgresWarehouse(std::string url, const Options& options);

  std::string description() const override;
  bool exists() const override;
  std::unique_ptr<Reader> reader() override;
  std::unique_ptr<PublicationWatch> watch() override;
  std::unique_ptr<Writer> writer(const std::stop_token& stop = {}) override;

 private:
  SqlFolders sql_folders() const override;
  std::vector<std::string> pending_beside() override;

  std::string url_;
  Options options_;
};

}  // namespace cartograph::warehouse::postgres
