// The embedded warehouse: one DuckDB file, which once published is never written again. A run works
// on a private copy (cloned where the file system can) and puts it in the place of the published
// file by rename, so that readers keep what they opened, never wait and never make a run wait, and
// a run that is killed leaves nothing but a copy that the next one removes. Any number of threads.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::duckdb {

class DuckdbWarehouse final : public Warehouse {
 public:
  DuckdbWarehouse(const std::filesystem::path& file, const Options& options);

  std::string description() const override { return "duckdb:" + file_.string(); }
  bool exists() const override;
  std::unique_ptr<Reader> reader() override;
  std::unique_ptr<PublicationWatch> watch() override;
  std::unique_ptr<Writer> writer(const std::stop_token& stop = {}) override;

 private:
  SqlFolders sql_folders() const override;
  void absorb_wal() const;

  std::filesystem::path named_;  // readers follow a link anew each time
  std::filesystem::path file_;
  Options options_;
};

}  // namespace cartograph::warehouse::duckdb
