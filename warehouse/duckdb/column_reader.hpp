// The cells of one column of a result, chunk by chunk, in the form that cells have. Not
// thread-safe.
#pragma once

#include <duckdb.h>

#include <cstdint>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse::duckdb {

__extension__ typedef __int128 Int128;

class ColumnReader {
 public:
  /// `type` has to be readable, and `logical` the same type in full.
  ColumnReader(duckdb_type type, duckdb_logical_type logical);

  /// Whether values of the type have a text form.
  static bool readable(duckdb_type type);
  CellType cell_type() const;

  /// Goes on with this vector, which has to outlive what is read of it.
  void attach(duckdb_vector vector);
  Cell read(idx_t row) const;

 private:
  template <class T>
  T at(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }
  Int128 huge(idx_t row) const;
  Int128 unscaled(idx_t row) const;

  duckdb_type type_;
  duckdb_type decimal_ = DUCKDB_TYPE_INVALID;
  int scale_ = 0;
  void* data_ = nullptr;
  std::uint64_t* validity_ = nullptr;
};

}  // namespace cartograph::warehouse::duckdb
