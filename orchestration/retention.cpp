// A folder's own time says when a name was added to it last, not when a file in it was written.
#include "orchestration/retention.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

namespace cartograph::orchestration {
namespace {

namespace fs = std::filesystem;

struct Entry {
  fs::path path;
  std::int64_t written_micros = 0;
  std::uintmax_t bytes = 0;
};

void add_file(const fs::path& path, Entry& entry) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  const std::int64_t written =
      status.st_mtim.tv_sec * kMicrosPerSecond + status.st_mtim.tv_nsec / 1000;
  entry.written_micros = std::max(entry.written_micros, written);
  if (S_ISREG(status.st_mode)) entry.bytes += static_cast<std::uintmax_t>(status.st_size);
}

Entry entry_of(const fs::path& path) {
  Entry entry{path};
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    add_file(path, entry);
    return entry;
  }
  for (auto inner = fs::recursive_directory_iterator(path, error);
       !error && inner != fs::recursive_directory_iterator(); inner.increment(error)) {
    if (!inner->is_directory(error)) add_file(inner->path(), entry);
  }
  if (entry.written_micros == 0) add_file(path, entry);
  return entry;
}

}  // namespace

void prune_folder(const fs::path& folder, Instant before, bool is_rehearsal, Pruned& pruned) {
  std::vector<Entry> entries;
  std::set<fs::path> linked;
  std::error_code error;
  for (auto found = fs::directory_iterator(folder, error);
       !error && found != fs::directory_iterator(); found.increment(error)) {
    std::error_code ignored;
    const fs::path& path = found->path();
    if (found->is_symlink(ignored)) {
      linked.insert(fs::canonical(path, ignored));
    } else if (!path.filename().string().starts_with('.')) {
      entries.push_back(entry_of(path));
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    pruned.problems.push_back(fmt::format("cannot read {}: {}", folder.string(), error.message()));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.written_micros, a.path) < std::pair(b.written_micros, b.path);
  });
  if (!entries.empty()) entries.pop_back();
  for (const Entry& entry : entries) {
    std::error_code ignored;
    if (entry.written_micros >= before.micros) break;
    if (linked.contains(fs::canonical(entry.path, ignored))) continue;
    if (!is_rehearsal) fs::remove_all(entry.path, error);
    if (!is_rehearsal && error) {
      pruned.problems.push_back(
          fmt::format("cannot remove {}: {}", entry.path.string(), error.message()));
      continue;
    }
    pruned.removed.push_back(entry.path);
    pruned.bytes += entry.bytes;
  }
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace cartograph::orchestration
