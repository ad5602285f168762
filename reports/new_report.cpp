// A place that is taken already is exchanged, where the file system can do that, so that a reader
// never finds it missing; elsewhere it is missing for a moment between two renames.
#include "reports/new_report.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/error.hpp"

namespace cartograph::reports {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "report.html";  // what makes a folder a report

// "data/reports/.2025-03-31.417.new": of this process alone.
fs::path beside(const fs::path& place, std::string_view what) {
  return place.parent_path() /
         fmt::format(".{}.{}.{}", place.filename().string(), ::getpid(), what);
}

// What processes that are gone began beside `place` and did not finish.
void remove_abandoned(const fs::path& place) {
  std::error_code ignored;
  const std::string start = fmt::format(".{}.", place.filename().string());
  std::vector<fs::path> abandoned;
  for (const auto& entry : fs::directory_iterator(place.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start)) continue;
    ::pid_t process = 0;
    std::from_chars(name.data() + start.size(), name.data() + name.size(), process);
    if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) abandoned.push_back(entry.path());
  }
  for (const fs::path& path : abandoned) fs::remove_all(path, ignored);
}

void put(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    throw Error(fmt::format("the report {} cannot be put into its place: {}", to.string(),
                            error.message()));
  }
}

}  // namespace

NewReport::NewReport(fs::path place) : place_(fs::absolute(std::move(place)).lexically_normal()) {
  if (!place_.has_filename()) place_ = place_.parent_path();
  std::error_code error;
  if (fs::exists(place_, error) &&
      !(fs::is_directory(place_, error) &&
        (fs::is_empty(place_, error) || fs::exists(place_ / kMark, error)))) {
    throw UsageError(fmt::format("{} is there and is no report; name a folder that is new or empty",
                                 place_.string()));
  }
  remove_abandoned(place_);
  folder_ = beside(place_, "new");
  fs::remove_all(folder_, error);
  fs::create_directories(folder_, error);
  if (error) {
    throw Error(fmt::format("the folder {} cannot be made: {}", folder_.string(), error.message()));
  }
}

NewReport::~NewReport() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

void NewReport::write(std::string_view name, std::string_view content) const {
  const fs::path path = folder_ / name;
  std::ofstream out(path, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) throw Error(fmt::format("{} cannot be written", (place_ / name).string()));
}

void NewReport::take_place() {
  std::error_code error;
  if (!fs::exists(place_, error)) {
    put(folder_, place_);
  } else if (::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) ==
             0) {
    fs::remove_all(folder_, error);
  } else {
    const fs::path old = beside(place_, "old");
    put(place_, old);
    put(folder_, place_);
    fs::remove_all(old, error);
  }
  folder_.clear();
}

void lead_to(const fs::path& link, const fs::path& target) {
  const fs::path made = beside(link, "link");
  std::error_code error;
  fs::remove(made, error);
  fs::create_symlink(target, made, error);
  if (error) {
    throw Error(fmt::format("the link {} cannot be made: {}", link.string(), error.message()));
  }
  put(made, link);
}

}  // namespace cartograph::reports
