// Notices publications in the embedded warehouse: a run puts a new file in the place of the
// published one. Asks the file system alone. One thread at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse::duckdb {

/// What tells the file that `path` leads to now from every other that may be in its place, also
/// from a later one with the number of a removed one. Empty where there is none. Throws
/// TransientError where that cannot be told.
std::string file_identity(const std::filesystem::path& path);

class FileWatch final : public PublicationWatch {
 public:
  explicit FileWatch(std::filesystem::path file);

  /// A file that is gone is not a publication but throws, and neither is one that comes back.
  bool changed() override;

 private:
  const std::filesystem::path file_;
  std::optional<std::string> seen_;  // nothing where it has not yet been seen
};

}  // namespace cartograph::warehouse::duckdb
