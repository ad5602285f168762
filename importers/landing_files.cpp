// Puts the files of a landing folder on disk.
#include "importers/landing_files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>

#include "base/error.hpp"
#include "base/stopping.hpp"

namespace cartograph::importers {
namespace {

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error(
        fmt::format("the folder {} cannot be made ({}): choose another place and import "
                    "again",
                    folder.string(), error.message()));
  }
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) {
    throw Error(
        fmt::format("{} cannot be written; make room, or choose another place, and import "
                    "again",
                    path.string()));
  }
}

}  // namespace

std::int64_t LandingFiles::dates() const {
  std::int64_t count = 0;
  std::optional<Day> last;
  for (const auto& [place, text] : files_) {
    count += place.first != last;
    last = place.first;
  }
  return count;
}

void LandingFiles::write(const std::filesystem::path& folder, std::string_view extra_name,
                         std::string_view extra_text, const std::stop_token& stop) const {
  make_folder(folder);
  for (const auto& [place, text] : files_) {
    expect_not_stopped(stop);
    const auto date_folder = folder / to_string(place.first);
    make_folder(date_folder);
    write_file(date_folder / fmt::format("{}.csv", place.second), text);
  }
  write_file(folder / extra_name, extra_text);
}

}  // namespace cartograph::importers
