// Each record is one write() to a file that is opened for appending, under a lock that keeps
// forget(), which puts a new file in place, from losing it.
#include "orchestration/job_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <tuple>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

namespace fs = std::filesystem;

// More would be no help: a disk that is full for so long has an operator.
constexpr std::size_t kWaitingMax = 100'000;

// True where all of it is written; else errno says why not.
bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// The file's size; -1 where it is not to be had.
off_t size_of(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 ? status.st_size : -1;
}

bool ends_with_line(int file, off_t size) {
  char last = '\n';
  return size == 0 || (::pread(file, &last, 1, size - 1) == 1 && last == '\n');
}

// Adds all of it or nothing.
bool append(int file, const std::string& text) {
  const off_t size = size_of(file);
  if (size < 0) return false;
  // A line that was cut short ends here, not in the middle of the next one.
  if (!ends_with_line(file, size) && !write_all(file, "\n")) return false;
  if (write_all(file, text) && ::fdatasync(file) == 0) return true;
  const int error = errno;
  if (::ftruncate(file, size) != 0) return false;
  errno = error;
  return false;
}

bool is_same_file(int file, const fs::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

JobLog::JobLog(fs::path folder) : file_(std::move(folder) / "log.jsonl") {}

std::vector<JobRecord> JobLog::read() const {
  std::vector<JobRecord> records;
  std::ifstream file(file_);
  std::error_code error;
  if (!file && fs::exists(file_, error)) {
    throw Error(fmt::format("cannot read {}: {}; make it readable for who runs the jobs",
                            file_.string(), std::strerror(errno)));
  }
  for (std::string line; std::getline(file, line);) {
    if (auto record = parse_job_record(line)) records.push_back(std::move(*record));
  }
  return records;
}

// The file that is in place while the lock is held; none where errno says why.
Descriptor JobLog::open_locked() const {
  std::error_code ignored;  // opening the file says it
  fs::create_directories(file_.parent_path(), ignored);
  while (true) {
    Descriptor file(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!file) return {};
    while (::flock(file.get(), LOCK_EX) != 0) {
      if (errno != EINTR) return {};
    }
    if (is_same_file(file.get(), file_)) return file;
  }
}

bool JobLog::add(const JobRecord& record) {
  if (waiting_.size() < kWaitingMax) waiting_.push_back(to_json_line(record));
  const Descriptor file = open_locked();
  std::string text;
  for (const std::string& line : waiting_) text += line + "\n";
  if (!file || !append(file.get(), text)) {
    problem_ = fmt::format("cannot write {}: {}; jobs go on, and what they did is kept in memory",
                           file_.string(), std::strerror(errno));
    return false;
  }
  waiting_.clear();
  problem_.clear();
  return true;
}

std::size_t JobLog::forget(Instant before) {
  std::error_code error;
  if (!fs::exists(file_, error)) return 0;
  const Descriptor locked = open_locked();
  const std::vector<JobRecord> records = read();
  std::set<std::tuple<std::string, JobRecord::Kind, JobRecord::Status>> seen;
  std::string text;
  std::size_t forgotten = 0;
  std::vector<std::string> kept;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool is_newest = seen.emplace(record->job, record->kind, record->status).second;
    if (is_newest || record->at >= before) {
      kept.push_back(to_json_line(*record));
    } else {
      ++forgotten;
    }
  }
  if (forgotten == 0) return 0;
  for (auto line = kept.rbegin(); line != kept.rend(); ++line) text += *line + "\n";
  const fs::path written = file_.string() + ".new";
  const Descriptor file(::open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!locked || !file || !write_all(file.get(), text) || ::fsync(file.get()) != 0 ||
      ::rename(written.c_str(), file_.c_str()) != 0) {
    const int number = errno;
    ::unlink(written.c_str());
    throw Error(fmt::format("cannot write {} anew: {}; it is as it was", file_.string(),
                            std::strerror(number)));
  }
  return forgotten;
}

JobLock::JobLock(const fs::path& path, const std::string& busy) {
  std::error_code ignored;  // opening the file says it
  fs::create_directories(path.parent_path(), ignored);
  file_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file_) {
    throw Error(fmt::format(
        "cannot open {}: {}; make the data folder writable, or name another with --data",
        path.string(), std::strerror(errno)));
  }
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) throw WarehouseBusy(busy);
  throw Error(fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno)));
}

}  // namespace cartograph::orchestration
