// A run's hold on a schema: an advisory lock of its session, and one transaction for all it does. A
// run that holds the warehouse is the row of run_log with the status "running": committed when it
// begins, replaced when it ends. Where the lock is free and there is such a row, its run was
// killed. One thread at a time, but for interrupt() and resume().
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/postgres/session.hpp"
#include "warehouse/postgres/settled_run.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::postgres {

/// The folders of PostgreSQL's SQL files.
inline const SqlFolders kSqlFolders = {"all", "postgres"};

class PostgresWriter final : public Session, public Writer {
 public:
  /// Throws WarehouseBusy where another writer has the schema, and Stopped where `stop` comes
  /// meanwhile.
  PostgresWriter(const std::string& url, const Options& options, const std::stop_token& stop,
                 const Nodes& nodes = kCitus);
  ~PostgresWriter() override;

  void begin() override;
  /// Wakes the watches of the schema, too.
  void commit() override;
  void rollback() override;
  /// Of a cluster: when all nodes have what was published.
  void publish() override;
  /// Of a cluster: those that are spread last from run to run.
  void make_work_tables(const std::vector<WorkTable>& tables) override;

 private:
  SqlFolders sql_folders() const override { return kSqlFolders; }
  void table_made(const TableSpec& table) override;
  std::vector<std::string> schema_made(const SchemaSpec& spec) override;
  std::string_view comments_sql() const override;
  void suit_to_runs();
  void await_tables();
  void create_schema(const std::string& name);
  bool is_before_first_load();
  void release();

  const std::string schema_;
  const std::string key_;  // of the lock
  const Nodes nodes_;
  std::vector<std::string> filled_;  // the tables that a run fills
  bool is_held_ = false;
  std::int64_t workers_ = 0;  // of a cluster
};

}  // namespace cartograph::warehouse::postgres
