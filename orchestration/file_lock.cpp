// flock() belongs to the open file, so two holders in one process exclude each other as well.
#include "orchestration/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (!descriptor_) refuse(file);
}

FileLock FileLock::wait_for(const std::filesystem::path& file) {
  FileLock lock(file);
  while (::flock(lock.descriptor_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) refuse(file);
  }
  return lock;
}

std::optional<FileLock> FileLock::try_for(const std::filesystem::path& file) {
  FileLock lock(file);
  if (::flock(lock.descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return std::nullopt;
  refuse(file);
}

}  // namespace cartograph::orchestration
