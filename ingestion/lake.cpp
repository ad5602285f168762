// A file is moved, never copied: it is in one place or the other.
#include "ingestion/lake.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/error.hpp"
#include "warehouse/is_there.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwner = ".warehouse";
constexpr const char* kClaim = ".claim";

[[noreturn]] void throw_unwritable(const fs::path& place, std::string_view reason) {
  throw Error(
      fmt::format("cannot write into {}: {}; make the data folder writable and make room in it, or "
                  "name another with --data",
                  place.string(), reason));
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw_unwritable(folder, error.message());
}

std::vector<fs::path> parquet_files(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!warehouse::is_there(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".parquet") {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Removes `pending`, and the places below `root` that were made for its files, where they are
// empty.
void discard(const fs::path& pending, const fs::path& root) {
  std::error_code ignored;
  try {
    for (const fs::path& file : parquet_files(pending)) {
      fs::path place = root / fs::relative(file, pending).parent_path();
      for (; place != root; place = place.parent_path()) fs::remove(place, ignored);
    }
  } catch (const std::exception&) {
    // Empty folders harm nobody.
  }
  fs::remove_all(pending, ignored);
}

// One call for all files: a first load has thousands.
void sync_file_system(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
  const std::string reason = std::strerror(errno);
  if (descriptor >= 0) ::close(descriptor);
  if (!is_synced) {
    throw Error(fmt::format("cannot write {} to the disk: {}", folder.string(), reason));
  }
}

// The line of this number, from 1, of a small file; empty where there is none.
std::string line_of(const fs::path& path, int number) {
  std::ifstream file(path);
  std::string line;
  while (number > 0 && std::getline(file, line)) --number;
  return number == 0 ? line : std::string();
}

// What was claimed is owned now. Moves what lies below `pending` to the same places below `root`.
void move_into_place(const fs::path& pending, const fs::path& root) {
  if (fs::exists(root / kClaim)) fs::rename(root / kClaim, root / kOwner);
  for (const fs::path& file : parquet_files(pending)) {
    const fs::path target = root / fs::relative(file, pending);
    make_folder(target.parent_path());
    std::error_code error;
    fs::rename(file, target, error);
    if (error) {
      throw Error(
          fmt::format("cannot move {} to {}: {}", file.string(), target.string(), error.message()));
    }
  }
  sync_file_system(root);
  std::error_code ignored;
  fs::remove_all(pending, ignored);
}

}  // namespace

Lake::Lake(const warehouse::Options& options) : root_(options.data / "lake"), options_(options) {}

Lake::~Lake() { unlock(); }

std::string Lake::owner() const { return line_of(root_ / kOwner, 1); }

void Lake::open(const std::string& id, std::string_view warehouse, bool is_new) {
  lock();
  if (is_foreign(id, warehouse, is_new)) {
    unlock();
    root_ += "-" + id;
    lock();
  }
}

// To be asked under the lock: another warehouse may be claiming the lake.
bool Lake::is_foreign(const std::string& id, std::string_view warehouse, bool is_new) const {
  if (const std::string owned = owner(); !owned.empty()) return owned != id;
  const std::string claimed = line_of(root_ / kClaim, 1);
  if (claimed.empty() || claimed == id) return false;
  return !is_new || line_of(root_ / kClaim, 2) != warehouse;
}

void Lake::lock() {
  make_folder(root_);
  const fs::path file = root_ / ".lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) throw_unwritable(file, std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    throw WarehouseBusy(
        fmt::format("another run works in the lake {}; nothing was changed. Wait until it has "
                    "ended, or name another folder with --data",
                    root_.string()));
  }
}

void Lake::unlock() {
  if (lock_ >= 0) ::close(lock_);
  lock_ = -1;
}

void Lake::claim(const std::string& id, std::string_view warehouse) {
  if (!owner().empty()) return;
  std::ofstream file(root_ / kClaim);
  if (!(file << id << '\n' << warehouse << '\n').flush()) {
    throw_unwritable(root_, std::strerror(errno));
  }
}

void Lake::recover(const std::function<bool(const std::string&)>& is_published) {
  const fs::path pending = root_ / ".pending";
  if (!warehouse::is_there(pending)) return;
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(pending)) runs.push_back(entry.path());
  for (const fs::path& run : runs) {
    if (is_published(run.filename().string())) {
      move_into_place(run, root_);
    } else {
      discard(run, root_);
    }
  }
}

std::vector<fs::path> Lake::files(std::string_view table) const {
  return parquet_files(root_ / table);
}

PendingLake::PendingLake(const Lake& lake, std::string run_id)
    : root_(lake.root_),
      folder_(lake.root_ / ".pending" / run_id),
      run_id_(std::move(run_id)),
      parquet_(lake.options_) {
  make_folder(folder_);
}

PendingLake::~PendingLake() {
  if (!is_settled_) discard(folder_, root_);
}

void PendingLake::write(std::string_view table, RowSource& source, std::string_view order_by) {
  make_folder(folder_ / table);
  const fs::path file = folder_ / table / (run_id_ + ".parquet");
  if (parquet_.write(file, source, order_by) == 0) {
    fs::remove(file);
    return;
  }
  // What may fail shall do so before the warehouse publishes.
  make_folder(root_ / table);
}

void PendingLake::export_csv(std::string_view table, const fs::path& to) {
  make_folder(to.parent_path());
  parquet_.export_csv(files(table), "source_file, source_line", to);
}

std::vector<fs::path> PendingLake::files(std::string_view table) const {
  return parquet_files(folder_ / table);
}

void PendingLake::sync() const { sync_file_system(folder_); }

void PendingLake::publish() {
  is_settled_ = true;
  move_into_place(folder_, root_);
}

}  // namespace cartograph::ingestion
