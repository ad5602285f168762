// The landing folder as it lies: which files there are, what time it is for the folder's own clock,
// and who still writes. Looks only; what is in the files is a run's business. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace cartograph::orchestration {

/// What is the same is the same content.
struct FileState {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t bytes = 0;
  std::int64_t modified_ns = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};

/// By path below the folder.
using Snapshot = std::map<std::string, FileState>;

enum class Writers { none, some, unknown };

class LandingFolder {
 public:
  explicit LandingFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& path() const { return folder_; }

  /// All files in the folders below it; names that begin with . or _ or end in .tmp or .part are
  /// none. A file that goes away meanwhile is not there. Throws Error where the folder cannot be
  /// read.
  Snapshot scan() const;

  /// Nanoseconds since 1970 by the clock that gives files their times: of another machine where
  /// the folder is one's. This machine's where no file can be made there.
  std::int64_t now_ns() const;

  /// Whether any process of this machine has it open for writing, as far as the file system and
  /// its owner let that be known.
  Writers writers(const std::string& file) const;

 private:
  std::filesystem::path folder_;
};

/// Whether a name stands for nothing that has landed.
bool is_passed_over(std::string_view name);

/// The name of a file system that does not tell of changes which other machines make, by its magic
/// number as statfs() gives it; empty for all others.
std::string_view silent_file_system(long magic);

}  // namespace cartograph::orchestration
