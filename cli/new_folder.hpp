// The folder that a command fills as a whole: what was written is taken away again where the
// command fails or is stopped on the way.
#pragma once

#include <filesystem>

namespace cartograph::cli {

class NewFolder {
 public:
  /// Touches nothing. A folder that is there and not empty is left alone to the end.
  explicit NewFolder(std::filesystem::path path);
  /// Empties the folder, or removes it where it was not there, unless it was kept.
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void keep() { is_kept_ = true; }

 private:
  std::filesystem::path path_;
  bool was_there_;
  bool is_kept_;
};

}  // namespace cartograph::cli
