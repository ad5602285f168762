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
#include "warehouse/lake_folder.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwner = ".warehouse";
constexpr const char* kClaim = ".claim";

// A run's folder below .pending stays until it is settled; in it lie the names of the files that
// it replaces, and the mark that it is published.
constexpr const char* kReplaced = "replaced";
constexpr const char* kPublished = "published";

constexpr std::string_view kFileEnding = ".parquet";
constexpr std::string_view kMergedEnding = "-merged.parquet";

[[noreturn]] void throw_unwritable(const fs::path& place, std::string_view reason) {
  throw Error(
      fmt::format("cannot write into {}: {}; make the data folder writable and make room in it, or "
                  "name another with --data",
                  place.string(), reason));
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw_unwritable(folder,
                   fs::is_symlink(folder) ? "it is a link that leads nowhere" : error.message());
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

// Removes what the run of the folder `pending` has put into the lake, which its files' names say,
// and then `pending`.
void discard(const fs::path& pending, const fs::path& root) {
  const std::string run_id = pending.filename().string();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root, ignored)) {
    if (entry.path().filename().native().starts_with('.') || !entry.is_directory(ignored)) continue;
    for (const std::string_view ending : {kFileEnding, kMergedEnding}) {
      fs::remove(entry.path() / fmt::format("{}{}", run_id, ending), ignored);
    }
    fs::remove(entry.path(), ignored);  // where nothing else is in it
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

// Moves what lies below `pending` to the same places below `root`.
void move_into_place(const fs::path& pending, const fs::path& root) {
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
}

// Ends what a published run has begun. What is to be removed goes after it is on the disk that the
// run was published: a warehouse that is lost meanwhile cannot be asked.
void finish(const fs::path& pending, const fs::path& root) {
  move_into_place(pending, root);  // an earlier program did so after its publication
  if (fs::exists(root / kClaim)) fs::rename(root / kClaim, root / kOwner);
  if (fs::exists(pending / kReplaced)) {
    if (!std::ofstream(pending / kPublished).flush()) {
      throw_unwritable(pending, std::strerror(errno));
    }
    sync_file_system(root);
    std::ifstream replaced(pending / kReplaced);
    for (std::string file; std::getline(replaced, file);) fs::remove(root / file);
  }
  std::error_code ignored;
  fs::remove_all(pending, ignored);
}

}  // namespace

Lake::Lake(const warehouse::Options& options) : root_(options.data / "lake"), options_(options) {}

Lake::~Lake() { unlock(); }

std::string Lake::owner() const { return line_of(root_ / kOwner, 1); }

void Lake::open(const std::string& id, std::string_view warehouse, bool is_new) {
  const fs::path first_choice = root_;
  root_ = warehouse::lake_folder(options_.data, id);
  lock();
  if (root_ == first_choice && is_foreign(id, warehouse, is_new)) {
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
    if (fs::exists(run / kPublished) || is_published(run.filename().string())) {
      finish(run, root_);
    } else {
      discard(run, root_);
    }
  }
}

void Lake::sync() const { sync_file_system(root_); }

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
  const fs::path file = folder_ / table / fmt::format("{}{}", run_id_, kFileEnding);
  if (parquet_.write(file, source, order_by) == 0) {
    fs::remove(file);
  }
}

void PendingLake::place() { move_into_place(folder_, root_); }

PendingLake::MergedFile PendingLake::merged_file(std::string_view table) const {
  const std::string name = fmt::format("{}{}", run_id_, kMergedEnding);
  return {folder_ / table / name, root_ / table / name};
}

void PendingLake::replace(const std::vector<fs::path>& files) {
  std::ofstream list(folder_ / kReplaced, std::ios::app);
  const fs::path root = fs::absolute(root_);
  for (const fs::path& file : files) {
    list << fs::absolute(file).lexically_relative(root).string() << '\n';
  }
  if (!list.flush()) throw_unwritable(folder_, std::strerror(errno));
}

void PendingLake::load(std::string_view table, RowSource& source,
                       warehouse::Connection& connection) {
  // Not called .parquet, as those are that place() moves.
  const fs::path file = folder_ / fmt::format("{}.rows", table);
  if (parquet_.write(file, source) > 0) connection.load(table, {file});
  fs::remove(file);
}

void PendingLake::export_csv(std::string_view table, const fs::path& to) {
  make_folder(to.parent_path());
  parquet_.export_csv(files(table), "source_file, source_line", to);
}

std::vector<fs::path> PendingLake::files(std::string_view table) const {
  const fs::path placed = root_ / table / fmt::format("{}{}", run_id_, kFileEnding);
  if (fs::exists(placed)) return {placed};
  return parquet_files(folder_ / table);
}

void PendingLake::sync() const { sync_file_system(folder_); }

void PendingLake::publish() {
  is_settled_ = true;
  finish(folder_, root_);
}

}  // namespace cartograph::ingestion
