// Handles of DuckDB's C API, which a function each destroys.
#pragma once

namespace cartograph::warehouse::duckdb {

/// Destroys the handle when it goes out of scope.
template <class Handle, void (*destroy)(Handle*)>
struct Owned {
  Handle handle{};
  Owned() = default;
  explicit Owned(Handle h) : handle(h) {}
  ~Owned() { reset(); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  void reset() {
    destroy(&handle);
    handle = Handle{};
  }
};

}  // namespace cartograph::warehouse::duckdb
