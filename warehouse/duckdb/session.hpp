// A DuckDB database and a connection to it, through DuckDB's C API. Also runs queries over rows
// that are made here, in C++: scan() lets SQL read a RowSource with as many threads as it has
// cursors. One thread at a time, but for interrupt() and resume().
#pragma once

#include <duckdb.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "warehouse/duckdb/owned.hpp"
#include "warehouse/duckdb/read_lock.hpp"
#include "warehouse/duckdb/staged_files.hpp"
#include "warehouse/memory.hpp"
#include "warehouse/spill_folder.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::duckdb {

enum class Access { read_write, read_only };

class Session : public virtual Connection {
 public:
  /// Opens the database file `path`, or one in memory where it is empty. Takes `memory_percent` of
  /// what the process may use, and spills into a folder of its own in tmp/ of the data folder; of
  /// an empty one, nowhere. One that only reads keeps writers of other programs out. Throws Error
  /// with DuckDB's words, and WarehouseBusy where another program writes.
  Session(const std::filesystem::path& path, Access access, const Options& options,
          unsigned memory_percent = 75);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  std::int64_t execute(std::string_view sql) override;
  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override;
  void load(std::string_view table, const std::vector<std::filesystem::path>& files) override;
  void interrupt() override;
  void resume() override;

  /// Runs one SELECT and gives its rows as DuckDB has them, a chunk at a time.
  void for_each_chunk(std::string_view sql, const std::function<void(duckdb_data_chunk)>& visit);

  /// Reads staging from the lake in this folder; of a warehouse that is opened, that is the one in
  /// the data folder of its options.
  void use_lake(const std::filesystem::path& lake);
  /// The folder, whole; empty where there is none.
  const std::filesystem::path& lake() const { return lake_; }

  /// An SQL table expression that reads `source` once; it has to outlive the statement.
  std::string scan(RowSource& source);

  /// Closes the database and removes what it spilled; nothing may be called afterwards.
  void close();
  /// Opens the file `path` in the place of the one that is open; temporary tables are gone. Where
  /// it throws, what was open stays so.
  void reopen(const std::filesystem::path& path);

 private:
  // The error that the engine's words tell of: Stopped where that is why it stopped.
  [[noreturn]] void fail(const char* words) const;
  /// Whether what is open has been replaced by a later publication.
  virtual bool is_outdated() const { return false; }
  void expect_listed_files() const;
  void expect_reading(duckdb_prepared_statement statement, std::string_view sql) const;
  void expect_not_interrupted() const;
  void repeat_interruption() const;

  void open();
  void open_database();
  void find_lake();
  void close_database();

  std::filesystem::path path_;
  const Access access_;
  const Options options_;
  const MemoryPart memory_;
  std::mutex closing_;  // guards the connection, and that no interruption outlives resume()
  std::atomic<bool> is_interrupted_ = false;
  // In this order: what a constructor that throws has made is undone from the end.
  std::unique_ptr<ReadLock> read_lock_;
  std::unique_ptr<SpillFolder> spill_;
  Owned<duckdb_database, duckdb_close> database_;
  Owned<duckdb_connection, duckdb_disconnect> connection_;
  bool scans_rows_ = false;  // only sessions that need the function have it
  std::filesystem::path lake_;
  std::vector<ListedFile> listed_;  // of the lake, by what is open; only of who reads
};

}  // namespace cartograph::warehouse::duckdb
