// flock() belongs to the open file, so two holders in one process exclude each other as well.
#include "orchestration/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
}

int open_lock(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) refuse(file);
  return descriptor;
}

}  // namespace

FileLock FileLock::wait_for(const std::filesystem::path& file) {
  FileLock lock(open_lock(file));
  while (::flock(lock.descriptor_, LOCK_EX) != 0) {
    if (errno != EINTR) refuse(file);
  }
  return lock;
}

std::optional<FileLock> FileLock::try_for(const std::filesystem::path& file) {
  FileLock lock(open_lock(file));
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return std::nullopt;
  refuse(file);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace cartograph::orchestration
