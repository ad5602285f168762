// An open file description's lock (F_OFD_SETLK) meets DuckDB's (F_SETLK) in other processes as well
// as in this one.
#include "warehouse/duckdb/read_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

std::mutex opening;

}  // namespace

ReadLock::ReadLock(const std::filesystem::path& file) {
  const std::lock_guard guard(opening);
  descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw Error(fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
  }
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(descriptor_, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES)) {
    ::close(descriptor_);
    throw WarehouseBusy(fmt::format(
        "another program has {} open for writing; nothing was changed. Close it there, or open it "
        "read-only, and try again",
        file.string()));
  }
}

ReadLock::~ReadLock() { ::close(descriptor_); }

bool ReadLock::is_of(const std::filesystem::path& file) const {
  struct stat named {};
  struct stat locked {};
  return ::stat(file.c_str(), &named) == 0 && ::fstat(descriptor_, &locked) == 0 &&
         named.st_dev == locked.st_dev && named.st_ino == locked.st_ino;
}

std::unique_lock<std::mutex> ReadLock::hold_back() { return std::unique_lock(opening); }

}  // namespace cartograph::warehouse::duckdb
