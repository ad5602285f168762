// The landing folder: which files in it are deliveries, in order of pickup.
// Reads names only; what is in the files is the readers' business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "contracts/feed.hpp"

namespace cartograph::ingestion {

/// Where a file lies and when its content was last written: what is the same is the same content.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t bytes = 0;
  std::int64_t modified_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

enum class Format { csv, json_array, json_lines };

/// A file named as a feed's in a folder named with a real date.
struct LandedFile {
  std::string source_file;  // path below the landing folder, "2025-03-10/orders.csv"
  std::filesystem::path path;
  const contracts::Feed* feed;
  Day landing_date;
  Format format;
  bool gzipped;
  std::optional<FileIdentity>
      has_to_be;  // else it is left for another run; nothing: whatever it is
};

struct Listing {
  std::vector<LandedFile> files;      // by landing date, then by file name in byte order
  std::vector<std::string> warnings;  // what was passed over and is not silently ignored
};

/// The name of a feed's file that is nearest to `name`, which is none.
std::string nearest_file_name(std::string_view name);

/// The date that stands somewhere in `name`, in whatever form; nothing where none does.
std::optional<Day> date_in(std::string_view name);

/// Throws Error where the folder is missing or cannot be read.
Listing list_landing(const std::filesystem::path& folder);

}  // namespace cartograph::ingestion
