// Beside the published file F lie F.lock, held and filled in while a run works, and F.work, its
// copy.
#include "warehouse/duckdb/duckdb_warehouse.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/duckdb/file_watch.hpp"
#include "warehouse/duckdb/read_lock.hpp"
#include "warehouse/duckdb/reader.hpp"
#include "warehouse/duckdb/session.hpp"
#include "warehouse/is_there.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

namespace fs = std::filesystem;

const SqlFolders kSqlFolders = {"all", "duckdb"};

fs::path beside(const fs::path& file, std::string_view suffix) {
  return file.string().append(suffix);
}

std::string reason() { return std::strerror(errno); }

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (value_ < 0) {
      throw Error(fmt::format("cannot open {}: {}{}", path.string(), reason(),
                              errno == ENOSPC ? "; make room in its folder" : ""));
    }
  }
  ~Descriptor() { ::close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

void sync(const fs::path& path, int flags) {
  const Descriptor descriptor(path, flags);
  if (::fsync(descriptor.get()) != 0) {
    throw Error(fmt::format("cannot write {} to the disk: {}", path.string(), reason()));
  }
}

// The lock of one warehouse, held as long as the object; the kernel lets go of it if the process
// ends. Its file names the runs that ended without a word, oldest first, and then the holder.
class RunLock {
 public:
  RunLock(const fs::path& path, const RunMark& mark) : file_(path, O_RDWR | O_CREAT) {
    const bool is_held = ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0;
    read();
    if (is_held) {
      throw WarehouseBusy(fmt::format(
          "another run holds the warehouse{}; nothing was changed. Wait until it has ended ({})",
          abandoned_.empty()
              ? ""
              : fmt::format(" ({}, {}, since {})", abandoned_.back().command,
                            abandoned_.back().run_id, to_string(abandoned_.back().started_at)),
          path.string()));
    }
    // Best effort: the lock itself is what counts, its text is for messages and for the run log.
    const std::string text =
        fmt::format("{}\n{}\n{}\n", mark.run_id, mark.command, mark.started_at.micros);
    if (::ftruncate(file_.get(), kept_bytes_) != 0) return;
    if (::pwrite(file_.get(), text.data(), text.size(), kept_bytes_) < 0) return;
  }
  ~RunLock() {
    if (::ftruncate(file_.get(), kept_bytes_) != 0) return;
  }
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  const std::vector<RunMark>& abandoned() const { return abandoned_; }
  // They are in the run log now.
  void forget_abandoned() { kept_bytes_ = 0; }

 private:
  void read() {
    std::string content(1 << 16, '\0');
    const ssize_t size = ::pread(file_.get(), content.data(), content.size(), 0);
    content.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    std::istringstream text(content);
    RunMark mark;
    while (std::getline(text, mark.run_id) && std::getline(text, mark.command) &&
           text >> mark.started_at.micros && text.get() == '\n') {
      abandoned_.push_back(mark);
      kept_bytes_ = text.tellg();
    }
  }

  Descriptor file_;
  std::vector<RunMark> abandoned_;
  off_t kept_bytes_ = 0;
};

void copy_database(const fs::path& from, const fs::path& to) {
  // A copy of a file that is written meanwhile would be torn.
  const ReadLock source(from);
  const Descriptor target(to, O_RDWR | O_CREAT | O_TRUNC);
  if (::ioctl(target.get(), FICLONE, source.descriptor()) == 0) return;
  while (true) {
    const ssize_t count =
        ::copy_file_range(source.descriptor(), nullptr, target.get(), nullptr, 1 << 30, 0);
    if (count == 0) return;
    if (count > 0) continue;
    if (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) break;
    throw Error(fmt::format("cannot copy {} to work on it: {}; make room in its folder",
                            from.string(), reason()));
  }
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (error) {
    throw Error(fmt::format("cannot copy {} to work on it: {}", from.string(), error.message()));
  }
}

void remove_with_wal(const fs::path& database) {
  std::error_code ignored;
  fs::remove(database, ignored);
  fs::remove(beside(database, ".wal"), ignored);
}

// Why `file` could not be opened, with the way out.
[[noreturn]] void throw_unreadable(const fs::path& file, const std::string& words) {
  if (words.find("Could not set lock") != std::string::npos) {
    throw WarehouseBusy(fmt::format("{} is in use: {}", file.string(), words));
  }
  if (words.find("No space left") != std::string::npos) {
    throw Error(fmt::format("the warehouse {} cannot be opened: {}", file.string(), words));
  }
  throw Error(
      fmt::format("the warehouse {} cannot be opened: {}. If it is damaged, move it away and build "
                  "it again from "
                  "the lake: cartograph rebuild --from lake",
                  file.string(), words));
}

class DuckdbWriter final : public Session, public Writer {
 public:
  DuckdbWriter(const fs::path& file, std::unique_ptr<RunLock> lock, const Options& options)
      : Session(beside(file, ".work"), Access::read_write, options),
        file_(file),
        lock_(std::move(lock)) {}

  ~DuckdbWriter() override {
    close();
    remove_with_wal(beside(file_, ".work"));
  }

  void begin() override { execute("begin transaction"); }
  void commit() override { execute("commit"); }
  void rollback() override { execute("rollback"); }

  void publish() override {
    const fs::path work = beside(file_, ".work");
    execute("force checkpoint");
    close();
    sync(work, O_RDWR);
    // A write-ahead log of another program, written since, belongs to the file that goes.
    std::error_code ignored;
    fs::remove(beside(file_, ".wal"), ignored);
    if (std::rename(work.c_str(), file_.c_str()) != 0) {
      throw Error(fmt::format("cannot put {} in its place: {}", file_.string(), reason()));
    }
    lock_->forget_abandoned();
    try {
      sync(file_.parent_path(), O_RDONLY | O_DIRECTORY);
    } catch (const Error& error) {
      // It is published, unless the machine goes down now: then the state before is.
      log::warning(error.what());
    }
  }

  const std::vector<RunMark>& abandoned_runs() const override { return lock_->abandoned(); }

 private:
  SqlFolders sql_folders() const override { return kSqlFolders; }

  fs::path file_;
  std::unique_ptr<RunLock> lock_;
};

}  // namespace

DuckdbWarehouse::DuckdbWarehouse(const fs::path& file, const Options& options)
    : named_(fs::absolute(file)), options_(options) {
  // DuckDB takes what follows for settings.
  if (file.native().find('?') != std::string::npos) {
    throw UsageError(
        fmt::format("the warehouse {} cannot have a ? in its path; choose another --data "
                    "or --warehouse",
                    file.string()));
  }
  std::error_code error;
  // Where the name is a link, the file that it leads to is replaced, not the link.
  const fs::path real = fs::weakly_canonical(named_, error);
  file_ = error ? named_ : real;
}

SqlFolders DuckdbWarehouse::sql_folders() const { return kSqlFolders; }

bool DuckdbWarehouse::exists() const { return is_there(file_); }

std::unique_ptr<Reader> DuckdbWarehouse::reader() {
  if (!exists()) {
    throw Error(fmt::format("there is no warehouse at {} yet; publish one with cartograph run",
                            file_.string()));
  }
  try {
    return std::make_unique<DuckdbReader>(named_, options_);
  } catch (const WarehouseBusy&) {
    throw;
  } catch (const Error& error) {
    throw_unreadable(file_, error.what());
  }
}

std::unique_ptr<PublicationWatch> DuckdbWarehouse::watch() {
  return std::make_unique<FileWatch>(named_);
}

// A program that wrote to the file and was killed has left what it committed in a write-ahead log.
// DuckDB takes that in as it would for any program, in place and safe from being killed; then there
// is one file to copy.
void DuckdbWarehouse::absorb_wal() const {
  if (!is_there(beside(file_, ".wal"))) return;
  const auto without_readers = ReadLock::hold_back();
  try {
    Session(file_, Access::read_write, options_).execute("force checkpoint");
  } catch (const Error& failure) {
    throw_unreadable(file_, failure.what());
  }
}

std::unique_ptr<Writer> DuckdbWarehouse::writer(const RunMark& mark) {
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  if (error) {
    throw Error(fmt::format("cannot make the folder {}: {}", file_.parent_path().string(),
                            error.message()));
  }
  auto lock = std::make_unique<RunLock>(beside(file_, ".lock"), mark);
  const fs::path work = beside(file_, ".work");
  remove_with_wal(work);
  if (exists()) {
    absorb_wal();
    try {
      copy_database(file_, work);
    } catch (...) {
      remove_with_wal(work);
      throw;
    }
  }
  try {
    return std::make_unique<DuckdbWriter>(file_, std::move(lock), options_);
  } catch (const Error& failure) {
    remove_with_wal(work);
    throw_unreadable(file_, failure.what());
  }
}

}  // namespace cartograph::warehouse::duckdb
