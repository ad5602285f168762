// Folders that engines spill into. Each holds a file that its process keeps locked, so that what an
// ended process has left is told from what is in use, also where containers share the folder and
// do not see each other's processes.
#pragma once

#include <filesystem>

namespace cartograph::warehouse {

class SpillFolder {
 public:
  /// Makes a folder below `parent`, which is made where it is missing. Where none can be made, as
  /// by a reader without the right to write, it has no path: then nothing can be spilled.
  explicit SpillFolder(const std::filesystem::path& parent);
  /// Removes the folder with all that is in it, and the parents that were made for it.
  ~SpillFolder();
  SpillFolder(const SpillFolder&) = delete;
  SpillFolder& operator=(const SpillFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  void make_below(const std::filesystem::path& parent);

  std::filesystem::path parent_;
  std::filesystem::path path_;
  int made_parents_ = 0;
  int lock_ = -1;
};

/// Removes what ended processes have left below `parent`: spill folders that nobody holds, and
/// files whose name a process was about to take away. What is in use, and what is somebody else's,
/// stays.
void remove_abandoned(const std::filesystem::path& parent);

}  // namespace cartograph::warehouse
