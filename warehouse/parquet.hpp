// Parquet files, written from rows that are made in C++ and read back in chunks, whichever engine
// holds the warehouse. One thread at a time; works with as many threads as Options says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/row_batch.hpp"
#include "warehouse/warehouse.hpp"

struct _duckdb_data_chunk;

namespace cartograph::warehouse {

namespace duckdb {
class Session;
}

using ParquetFiles = std::vector<std::filesystem::path>;

class Parquet {
 public:
  /// Throws Error where the engine that does it cannot be had.
  explicit Parquet(const Options& options);
  ~Parquet();
  Parquet(const Parquet&) = delete;
  Parquet& operator=(const Parquet&) = delete;

  /// Writes all rows of `source` as `file`, sorted where `order_by` lists columns; returns how many
  /// there were. Throws Error, also that of the source.
  std::int64_t write(const std::filesystem::path& file, RowSource& source,
                     std::string_view order_by = {});

  /// The columns that the files have together; what one lacks is null in its rows.
  std::vector<std::string> columns(const ParquetFiles& files);

  /// Gives all rows of the files, as `expressions` of their columns, a chunk of DuckDB's at a time.
  void read(const ParquetFiles& files, std::string_view expressions,
            const std::function<void(_duckdb_data_chunk*)>& visit);

  /// Writes all rows of the files as one CSV file with a header, sorted by the columns `order_by`.
  void export_csv(const ParquetFiles& files, std::string_view order_by,
                  const std::filesystem::path& to);

  /// As Connection has them: stops what is at work, from any thread.
  void interrupt();
  void resume();

 private:
  std::unique_ptr<duckdb::Session> engine_;
};

}  // namespace cartograph::warehouse
