// Deleting what has become old: entries of a folder by the time they were last written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/instant.hpp"

namespace cartograph::orchestration {

struct Pruned {
  std::vector<std::filesystem::path> removed;
  std::uintmax_t bytes = 0;
  std::vector<std::string> problems;  // what could not be removed, and why
};

/// Removes the files and folders directly in `folder` that were last written before `before`, but
/// for the newest one, what a link there leads to, and names that begin with a point. A folder
/// counts as written when the newest file in it was. Adds to `pruned`; with `is_rehearsal` nothing
/// is removed. A folder that is not there has nothing.
void prune_folder(const std::filesystem::path& folder, Instant before, bool is_rehearsal,
                  Pruned& pruned);

/// The folders directly in `folder`, by name; none where it is not there.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

}  // namespace cartograph::orchestration
