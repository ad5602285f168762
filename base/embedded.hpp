// Files of the repository inside the program: what is read there is what runs, or is served, here.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace cartograph {

struct EmbeddedFile {
  std::string_view path;  // from the repository's root
  std::string_view text;
};

/// All of them, by path. Defined in a source that the build generates.
std::span<const EmbeddedFile> all_embedded_files();

/// Those directly in `folder` (no deeper), by path.
inline std::vector<EmbeddedFile> embedded_files(std::string_view folder) {
  std::vector<EmbeddedFile> found;
  for (const EmbeddedFile& file : all_embedded_files()) {
    if (file.path.size() > folder.size() + 1 && file.path.starts_with(folder) &&
        file.path[folder.size()] == '/' &&
        file.path.find('/', folder.size() + 1) == std::string_view::npos) {
      found.push_back(file);
    }
  }
  return found;
}

/// The text of the file `path`. Throws Error where it is not there.
inline std::string_view embedded_text(std::string_view path) {
  for (const EmbeddedFile& file : all_embedded_files()) {
    if (file.path == path) return file.text;
  }
  throw Error(fmt::format("the program lacks {}: build it again with make build", path));
}

}  // namespace cartograph
