// DuckDB's chunks as PostgreSQL's binary COPY stream: a header, rows of length-prefixed values in
// network byte order, a trailer. Not thread-safe.
#pragma once

#include <duckdb.h>

#include <functional>
#include <string>
#include <string_view>

namespace cartograph::warehouse::postgres {

class BinaryCopy {
 public:
  /// `send` is given the stream piece by piece.
  explicit BinaryCopy(std::function<void(std::string_view)> send);

  /// Appends all rows of `chunk`. Throws Error for a type that no table of the lake has.
  void append(duckdb_data_chunk chunk);
  /// Ends the stream and sends what is left of it.
  void finish();

 private:
  void flush();

  std::function<void(std::string_view)> send_;
  std::string buffer_;
};

}  // namespace cartograph::warehouse::postgres
