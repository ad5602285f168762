// A lease is refused while somebody has the file open for writing: the one question of that kind
// that the system answers. It is given back at once.
#include "orchestration/landing_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/descriptor.hpp"
#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

FileState state_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size,
          status.st_mtim.tv_sec * kNanosPerSecond + status.st_mtim.tv_nsec};
}

void scan_day(const fs::path& folder, const std::string& name, Snapshot& files) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    struct stat status {};
    if (is_passed_over(file) || ::stat(entry->path().c_str(), &status) != 0) continue;
    if (S_ISREG(status.st_mode)) files.emplace(name + "/" + file, state_of(status));
  }
}

}  // namespace

bool is_passed_over(std::string_view name) {
  return name.starts_with('.') || name.starts_with('_') || name.ends_with(".tmp") ||
         name.ends_with(".part");
}

Snapshot LandingFolder::scan() const {
  Snapshot files;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code none;
    if (!is_passed_over(name) && entry->is_directory(none)) scan_day(entry->path(), name, files);
  }
  if (error) {
    throw Error(
        fmt::format("cannot read the landing folder {}: {}", folder_.string(), error.message()));
  }
  return files;
}

std::int64_t LandingFolder::now_ns() const {
  std::string file = (folder_ / ".cartograph-clock-XXXXXX").string();
  const Descriptor descriptor(::mkostemp(file.data(), O_CLOEXEC));
  struct stat status {};
  if (descriptor) {
    const bool is_known = ::fstat(descriptor.get(), &status) == 0;
    ::unlink(file.c_str());
    if (is_known) return state_of(status).modified_ns;
  }
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Writers LandingFolder::writers(const std::string& file) const {
  const Descriptor descriptor(::open((folder_ / file).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor) return Writers::unknown;
  // Whoever opens it for writing just now has a signal sent here, which by itself would end the
  // process; this one does nothing.
  ::fcntl(descriptor.get(), F_SETSIG, SIGURG);
  if (::fcntl(descriptor.get(), F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(descriptor.get(), F_SETLEASE, F_UNLCK);
    return Writers::none;
  }
  return errno == EAGAIN ? Writers::some : Writers::unknown;
}

std::string_view silent_file_system(long magic) {
  constexpr std::array<std::pair<unsigned long, std::string_view>, 9> kSilent = {{
      {0x6969, "NFS"},
      {0x517B, "SMB"},
      {0xFE534D42, "SMB"},
      {0xFF534D42, "SMB"},
      {0x65735546, "FUSE"},
      {0x01021997, "9P"},
      {0x00C36400, "Ceph"},
      {0x5346414F, "AFS"},
      {0x0BD00BD0, "Lustre"},
  }};
  for (const auto& [number, name] : kSilent) {
    // The number is 32 bits; how it is extended is the machine's business.
    if ((static_cast<unsigned long>(magic) & 0xFFFFFFFFUL) == number) return name;
  }
  return {};
}

}  // namespace cartograph::orchestration
