// Some file systems (overlays, NFS) cannot make a file without a name: there it loses it at once,
// or with the next run where the process is killed in between (warehouse::remove_abandoned).
#include "ingestion/temporary_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace cartograph::ingestion {

int open_unnamed_file(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::string name = (folder / "unnamed-XXXXXX").string();
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

void write_unnamed(int descriptor, std::string_view bytes, const std::filesystem::path& source) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      throw Error(fmt::format("cannot unpack {} into the data folder: {}; make room there",
                              source.string(), std::strerror(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace cartograph::ingestion
