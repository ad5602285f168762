// A link is followed anew each time: where it leads is where the next run publishes.
#include "warehouse/duckdb/file_watch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/log.hpp"

namespace cartograph::warehouse::duckdb {

std::string file_identity(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    throw TransientError(fmt::format("cannot look at {}: {}", path.string(), std::strerror(errno)));
  }
  return fmt::format("{}-{}-{}-{}.{}", status.st_dev, status.st_ino, status.st_size,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

FileWatch::FileWatch(std::filesystem::path file) : file_(std::move(file)) {
  try {
    seen_ = file_identity(file_);
  } catch (const TransientError& error) {
    log::info(fmt::format("publications are not noticed yet: {}", error.what()));
  }
}

bool FileWatch::changed() {
  std::string current = file_identity(file_);
  if (current.empty()) {
    if (seen_.value_or("").empty()) return false;
    throw TransientError(fmt::format("the warehouse {} is not there any more", file_.string()));
  }
  if (current == seen_) return false;
  seen_ = std::move(current);
  return true;
}

}  // namespace cartograph::warehouse::duckdb
