// Beside the published file F lie F.lock, which is held while a run works, and F.work, its copy.
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
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/stopping.hpp"
#include "warehouse/duckdb/file_watch.hpp"
#include "warehouse/duckdb/read_lock.hpp"
#include "warehouse/duckdb/reader.hpp"
#include "warehouse/duckdb/session.hpp"
#include "warehouse/duckdb/staged_files.hpp"
#include "warehouse/is_there.hpp"
#include "warehouse/staged_lake.hpp"

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
// ends.
class RunLock {
 public:
  explicit RunLock(const fs::path& path) : file_(path, O_RDWR | O_CREAT) {
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
    throw WarehouseBusy(
        fmt::format("another run holds the warehouse; nothing was changed. Wait until it has ended "
                    "({})",
                    path.string()));
  }

 private:
  Descriptor file_;
};

// Copies the next bytes of the file, in the kernel where it can; 0 at its end, -1 and errno where
// it fails. `buffer` is empty until it is needed.
ssize_t copy_some(int from, int to, std::vector<char>& buffer) {
  constexpr std::size_t kInKernelBytes = 64 << 20;
  constexpr std::size_t kBufferBytes = 1 << 20;
  if (buffer.empty()) {
    const ssize_t count = ::copy_file_range(from, nullptr, to, nullptr, kInKernelBytes, 0);
    const bool is_unable =
        errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
    if (count >= 0 || !is_unable) return count;
    buffer.resize(kBufferBytes);
  }
  const ssize_t count = ::read(from, buffer.data(), buffer.size());
  for (ssize_t done = 0; done < count;) {
    const ssize_t written =
        ::write(to, buffer.data() + done, static_cast<std::size_t>(count - done));
    if (written < 0) return -1;
    done += written;
  }
  return count;
}

void copy_database(const fs::path& from, const fs::path& to, const std::stop_token& stop) {
  // A copy of a file that is written meanwhile would be torn.
  const ReadLock source(from);
  const Descriptor target(to, O_RDWR | O_CREAT | O_TRUNC);
  if (::ioctl(target.get(), FICLONE, source.descriptor()) == 0) return;
  std::vector<char> buffer;
  while (true) {
    expect_not_stopped(stop);
    const ssize_t count = copy_some(source.descriptor(), target.get(), buffer);
    if (count == 0) return;
    if (count < 0 && errno != EINTR) {
      throw Error(fmt::format("cannot copy {} to work on it: {}; make room in its folder",
                              from.string(), reason()));
    }
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

class DuckdbWriter final : public Session, public Writer, public StagedLake {
 public:
  DuckdbWriter(const fs::path& file, std::unique_ptr<RunLock> lock, const Options& options)
      : Session(beside(file, ".work"), Access::read_write, options),
        file_(file),
        lock_(std::move(lock)) {}

  ~DuckdbWriter() override {
    close();
    remove_with_wal(beside(file_, ".work"));
  }

  void load(std::string_view table, const LakeFiles& files) override {
    if (!is_view_of_files(*this, table)) return Session::load(table, files);
    list_files(*this, table, lake(), files);
  }

  void clear(std::string_view table) override {
    if (!is_view_of_files(*this, table)) {
      execute(fmt::format("delete from {}", table));
    } else {
      unlist_files(*this, table);
    }
  }

  void use_lake(const fs::path& lake) override { Session::use_lake(lake); }

  // Tables that an earlier program has made stay until their rows lie in the lake.
  void make_tables(const std::vector<TableSpec>& tables) override {
    for (const TableSpec& table : tables) {
      if (has_table(table.name) && !is_view_of_files(*this, table.name)) {
        create_tables(*this, {table});
      } else {
        declare_view(*this, table);
      }
    }
  }

  bool move_rows(const std::vector<TableSpec>& tables,
                 const std::function<LakeFiles(std::string_view)>& files_of,
                 const std::string& file) override {
    bool is_written = false;
    for (const TableSpec& table : tables) {
      if (is_view_of_files(*this, table.name)) continue;
      begin();
      const fs::path into = lake() / table.name / file;
      is_written |= take_over_table(*this, table, lake(), files_of(table.name), into);
      commit();
    }
    return is_written;
  }

  void expect_files() override {
    const std::string fault = fault_of(listed_files(*this, lake()));
    if (!fault.empty()) throw Error(fault);
  }

  LakeFiles merge(std::string_view table, const fs::path& written, const fs::path& place) override {
    return merge_files(*this, table, lake(), written, place);
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
    try {
      sync(file_.parent_path(), O_RDONLY | O_DIRECTORY);
    } catch (const Error& error) {
      // It is published, unless the machine goes down now: then the state before is.
      log::warning(error.what());
    }
  }

 private:
  SqlFolders sql_folders() const override { return kSqlFolders; }
  std::string_view comments_sql() const override {
    return "select table_name, false, null, comment from duckdb_tables() "
           "where schema_name = current_schema() "
           "union all select view_name, true, null, comment from duckdb_views() "
           "where schema_name = current_schema() "
           "union all select table_name, false, column_name, comment from duckdb_columns() "
           "where schema_name = current_schema()";
  }

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

std::unique_ptr<Writer> DuckdbWarehouse::writer(const std::stop_token& stop) {
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  if (error) {
    throw Error(fmt::format("cannot make the folder {}: {}", file_.parent_path().string(),
                            error.message()));
  }
  auto lock = std::make_unique<RunLock>(beside(file_, ".lock"));
  expect_not_stopped(stop);
  const fs::path work = beside(file_, ".work");
  remove_with_wal(work);
  if (exists()) {
    absorb_wal();
    try {
      copy_database(file_, work, stop);
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
