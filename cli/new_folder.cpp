// Half of a history would look like a whole one.
#include "cli/new_folder.hpp"

#include <system_error>
#include <vector>

namespace cartograph::cli {

namespace fs = std::filesystem;

NewFolder::NewFolder(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  was_there_ = fs::exists(path_, error);
  is_kept_ = error || (was_there_ &&
                       (!fs::is_directory(path_, error) || !fs::is_empty(path_, error) || error));
}

NewFolder::~NewFolder() {
  if (is_kept_) return;
  std::error_code ignored;
  std::vector<fs::path> written;
  for (const auto& entry : fs::directory_iterator(path_, ignored)) written.push_back(entry.path());
  for (const fs::path& path : written) fs::remove_all(path, ignored);
  if (!was_there_) fs::remove(path_, ignored);
}

}  // namespace cartograph::cli
