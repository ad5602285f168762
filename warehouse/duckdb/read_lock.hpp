// Keeps other programs from writing a database file while it is read or copied. DuckDB's own lock
// is the process's: it goes when any descriptor of the file is closed in the process, also another
// session's or that of a copy. This one goes with its object, and with the process.
#pragma once

#include <filesystem>
#include <mutex>

namespace cartograph::warehouse::duckdb {

class ReadLock {
 public:
  /// Throws WarehouseBusy where a program has the file open for writing, and Error where it cannot
  /// be opened. A file system without locks is taken as it is.
  explicit ReadLock(const std::filesystem::path& file);
  ~ReadLock();
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

  int descriptor() const { return descriptor_; }
  /// Whether `file` names the file that is locked, and not one that took its place.
  bool is_of(const std::filesystem::path& file) const;

  /// Keeps new locks of this process waiting: for who writes the file meanwhile, whose own lock
  /// would go with the descriptor of one that is refused.
  static std::unique_lock<std::mutex> hold_back();

 private:
  int descriptor_;
};

}  // namespace cartograph::warehouse::duckdb
