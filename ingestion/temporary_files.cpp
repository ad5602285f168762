// Some file systems (overlays, NFS) cannot make a file without a name: there it loses it at once.
#include "ingestion/temporary_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace cartograph::ingestion {

int open_unnamed_file(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::string name = (folder / fmt::format("unnamed-{}-XXXXXX", ::getpid())).string();
    descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(name.c_str());
  }
  if (descriptor < 0) {
    throw Error(fmt::format(
        "cannot write into {}: {}; make the data folder writable and make room in it, or name "
        "another with --data",
        folder.string(), error ? error.message() : std::strerror(errno)));
  }
  return descriptor;
}

void remove_abandoned(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> abandoned;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const char* const number = name.data() + name.find('-') + 1;
    pid_t process = 0;
    std::from_chars(number, name.data() + name.size(), process);
    const bool is_gone = process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    if (is_gone) abandoned.push_back(entry.path());
  }
  for (const auto& path : abandoned) std::filesystem::remove_all(path, error);
}

}  // namespace cartograph::ingestion
