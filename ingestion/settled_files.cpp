// A path may hold anything but NUL, so it comes last in its entry.
#include "ingestion/settled_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/error.hpp"

namespace cartograph::ingestion {

SettledFiles read_settled_files(const std::filesystem::path& list) {
  std::ifstream in(list, std::ios::binary);
  SettledFiles files;
  for (std::string entry; std::getline(in, entry, '\0');) {
    std::istringstream fields(entry);
    FileIdentity identity;
    std::string path;
    if (!(fields >> identity.device >> identity.inode >> identity.bytes >> identity.modified_ns) ||
        fields.get() != ' ' || !std::getline(fields, path, '\0')) {
      throw UsageError(fmt::format("--settled: {} is no list of files", list.string()));
    }
    files[path] = identity;
  }
  if (!in.eof()) throw UsageError(fmt::format("--settled: cannot read {}", list.string()));
  return files;
}

void keep_settled(Listing& listing, const SettledFiles& settled) {
  std::erase_if(listing.files, [&](LandedFile& file) {
    const auto found = settled.find(file.source_file);
    if (found == settled.end()) return true;
    file.has_to_be = found->second;
    return false;
  });
}

}  // namespace cartograph::ingestion
