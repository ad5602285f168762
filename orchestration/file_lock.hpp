// A lock between processes: a file that is locked, and unlocked when its holder goes, however that
// comes. The file stays. Not thread-safe.
#pragma once

#include <filesystem>
#include <optional>

#include "base/descriptor.hpp"

namespace cartograph::orchestration {

class FileLock {
 public:
  /// Waits until it has the lock of `file`, which is made where it is missing. Throws Error where
  /// it cannot be.
  static FileLock wait_for(const std::filesystem::path& file);
  /// Nothing where another holds it.
  static std::optional<FileLock> try_for(const std::filesystem::path& file);

 private:
  explicit FileLock(const std::filesystem::path& file);
  Descriptor descriptor_;
};

}  // namespace cartograph::orchestration
