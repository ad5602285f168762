// The embedded warehouse as readers, writers, other processes and accidents meet it.
#include "warehouse/duckdb/duckdb_warehouse.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

namespace fs = std::filesystem;

// A process that runs `action`, says so, and then waits until it is killed.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<void()>& action) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      char said = 'y';
      try {
        action();
      } catch (...) {
        said = 'n';
      }
      if (::write(ends[1], &said, 1) == 1) ::pause();
      ::_exit(0);
    }
    ::close(ends[1]);
    char said = 0;
    ready_ = ::read(ends[0], &said, 1) == 1 && said == 'y';
    ::close(ends[0]);
  }
  ~OtherProcess() { kill(); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  bool ready() const { return ready_; }
  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  pid_t child_ = -1;
  bool ready_ = false;
};

// A process without any descriptor of the files that are opened here after it was started: it tries
// to write to a file when it is told to.
class ForeignProcess {
 public:
  explicit ForeignProcess(const fs::path& file) {
    if (::pipe(orders_) != 0 || ::pipe(answers_) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ != 0) return;
    char order = 0;
    while (::read(orders_[0], &order, 1) == 1) {
      char answer = 'y';
      try {
        Session(file, Access::read_write, {{}, 1})
            .execute("create or replace table foreign_(n int)");
      } catch (const std::exception&) {
        answer = 'n';
      }
      if (::write(answers_[1], &answer, 1) != 1) break;
    }
    ::_exit(0);
  }
  ~ForeignProcess() {
    for (const int end : {orders_[0], orders_[1], answers_[0], answers_[1]}) ::close(end);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  ForeignProcess(const ForeignProcess&) = delete;
  ForeignProcess& operator=(const ForeignProcess&) = delete;

  bool can_write() {
    char answer = 0;
    if (::write(orders_[1], "?", 1) != 1 || ::read(answers_[0], &answer, 1) != 1) {
      throw std::runtime_error("the process has ended");
    }
    return answer == 'y';
  }

 private:
  int orders_[2] = {};
  int answers_[2] = {};
  pid_t child_ = -1;
};

class Embedded : public testing::Test {
 protected:
  fs::path file() const { return folder_ / "data" / "w.duckdb"; }
  DuckdbWarehouse warehouse() { return {file(), {folder_.path(), 1}}; }
  void publish(const std::string& sql) {
    DuckdbWarehouse house = warehouse();
    const auto writer = house.writer();
    writer->execute(sql);
    writer->publish();
  }
  std::int64_t rows() { return warehouse().reader()->query("select count(*) from t").number(); }
  // Names in the warehouse's folder, joined.
  std::string folder_content() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(file().parent_path())) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    std::string joined;
    for (const std::string& name : names) joined += name + " ";
    return joined;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(Embedded, BeforeTheFirstPublicationThereIsNothingToRead) {
  DuckdbWarehouse house = warehouse();
  EXPECT_FALSE(house.exists());
  const std::string message = tests::message_of<Error>([&] { house.reader(); });
  EXPECT_NE(message.find(file().string()), std::string::npos) << message;
  EXPECT_NE(message.find("cartograph run"), std::string::npos) << message;
  const auto writer = house.writer();
  writer->execute("create table t (n integer)");
  EXPECT_FALSE(house.exists());
  EXPECT_THROW(house.reader(), Error);
}

TEST_F(Embedded, AWriterIsInvisibleUntilItPublishes) {
  publish("create table t (n integer); insert into t values (1)");
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  writer->begin();
  writer->execute("insert into t values (2)");
  EXPECT_EQ(rows(), 1);
  writer->commit();
  EXPECT_EQ(rows(), 1);
  writer->publish();
  EXPECT_EQ(rows(), 2);
}

TEST_F(Embedded, AReaderIsUndisturbedByAPublication) {
  publish("create table t (n integer); insert into t values (1)");
  const auto reader = warehouse().reader();
  EXPECT_EQ(reader->query("select count(*) from t").number(), 1);
  publish("insert into t values (2); create table u (n integer)");
  EXPECT_EQ(reader->query("select count(*) from t").number(), 1);
  EXPECT_THROW(reader->query("select * from u"), Error);
  EXPECT_EQ(rows(), 2) << "a new reader sees the new state";
  EXPECT_EQ(reader->query("select count(*) from t").number(), 1);
}

TEST_F(Embedded, ReadersOfAProcessHaveEqualPartsOfItsMemoryAlsoAfterPublications) {
  publish("create table t (n integer)");
  DuckdbWarehouse house(file(), {.data = folder_.path(), .threads = 1, .memory_bytes = 1 << 30});
  const auto limit = [](Reader& reader) {
    return *reader.query("select current_setting('memory_limit')").rows[0][0];
  };
  auto reader = house.reader();
  for (int run = 0; run < 5; ++run) {
    publish("insert into t values (1)");
    auto next = house.reader();
    EXPECT_EQ(limit(*next), "256.0 MiB");
    reader->renew();
    EXPECT_EQ(limit(*reader), "256.0 MiB");
    reader = std::move(next);
  }
}

TEST_F(Embedded, AReaderCannotWrite) {
  publish("create table t (n integer)");
  EXPECT_THROW(warehouse().reader()->execute("insert into t values (1)"), Error);
}

TEST_F(Embedded, AReaderReachesNoFileButTheWarehouse) {
  publish("create table t (n integer)");
  const auto secret = tests::write_file(folder_ / "secret.csv", "a\n1\n");
  const auto reader = warehouse().reader();
  EXPECT_THROW(reader->query("select * from read_csv('" + secret.string() + "')"), Error);
  EXPECT_THROW(reader->query("select * from '" + secret.string() + "'"), Error);
  EXPECT_THROW(reader->execute("copy t to '" + (folder_ / "out.csv").string() + "'"), Error);
  EXPECT_THROW(reader->execute("attach '" + (folder_ / "other.duckdb").string() + "'"), Error);
  EXPECT_THROW(reader->execute("set enable_external_access = true"), Error);
}

TEST_F(Embedded, AWriterThatDoesNotPublishLeavesEverythingAsItWas) {
  publish("create table t (n integer); insert into t values (1)");
  const std::string before = tests::read_file(file());
  {
    DuckdbWarehouse house = warehouse();
    const auto writer = house.writer();
    writer->execute("insert into t select * from range(100000)");
  }
  EXPECT_TRUE(tests::read_file(file()) == before);
  EXPECT_EQ(folder_content(), "w.duckdb w.duckdb.lock ");
}

TEST_F(Embedded, ARollbackUndoesWhatBeganWithIt) {
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  writer->execute("create table t (n integer); insert into t values (1)");
  writer->begin();
  writer->execute("insert into t values (2)");
  writer->rollback();
  writer->publish();
  EXPECT_EQ(rows(), 1);
}

TEST_F(Embedded, APublishedWarehouseIsOneFile) {
  publish("create table t as select * from range(100000)");
  EXPECT_EQ(folder_content(), "w.duckdb w.duckdb.lock ");
}

TEST_F(Embedded, ASecondWriterStopsAtOnce) {
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  DuckdbWarehouse again = warehouse();
  const std::string message = tests::message_of<WarehouseBusy>([&] { again.writer(); });
  EXPECT_NE(message.find(file().string() + ".lock"), std::string::npos) << message;
  writer->execute("create table t (n integer)");
  writer->publish();
  EXPECT_EQ(rows(), 0) << "the first goes on";
}

TEST_F(Embedded, AWriterOfAnotherProcessKeepsOthersOut) {
  publish("create table t (n integer)");
  std::unique_ptr<Writer> kept;
  OtherProcess other([&] { kept = warehouse().writer(); });
  ASSERT_TRUE(other.ready());
  EXPECT_THROW(warehouse().writer(), WarehouseBusy);
  EXPECT_EQ(rows(), 0) << "readers are served meanwhile";
  other.kill();
  EXPECT_NO_THROW(warehouse().writer());
}

TEST_F(Embedded, AKilledWriterLeavesThePublishedState) {
  publish("create table t (n integer); insert into t values (1)");
  std::unique_ptr<Writer> kept;
  OtherProcess other([&] {
    kept = warehouse().writer();
    kept->execute("insert into t values (2)");
  });
  ASSERT_TRUE(other.ready());
  other.kill();
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(warehouse().writer()->query("select count(*) from t").number(), 1);
}

TEST_F(Embedded, AStopBeforeThereIsAWriterLeavesNothing) {
  publish("create table t (n integer)");
  const std::string before = folder_content();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(warehouse().writer(stop.get_token()), Stopped);
  EXPECT_EQ(folder_content(), before);
  publish("insert into t values (1)");
  EXPECT_EQ(rows(), 1);
}

TEST_F(Embedded, AnotherProgramThatHasTheFileOpenForWritingKeepsARunOut) {
  publish("create table t (n integer)");
  std::unique_ptr<Session> kept;
  OtherProcess other([&] {
    kept = std::make_unique<Session>(file(), Access::read_write, Options{});
    kept->execute("insert into t values (1)");
  });
  ASSERT_TRUE(other.ready());
  const std::string of_writer = tests::message_of<WarehouseBusy>([&] { warehouse().writer(); });
  EXPECT_NE(of_writer.find(file().string()), std::string::npos) << of_writer;
  const std::string of_reader = tests::message_of<WarehouseBusy>([&] { warehouse().reader(); });
  EXPECT_NE(of_reader.find(file().string()), std::string::npos) << of_reader;
}

TEST_F(Embedded, AReaderKeepsForeignWritersOutWhateverElseItsProcessOpensAndCloses) {
  publish("create table t (n integer)");
  ForeignProcess foreign(file());
  DuckdbWarehouse house = warehouse();
  auto reader = house.reader();
  EXPECT_FALSE(foreign.can_write());
  { const auto writer = house.writer(); }
  EXPECT_FALSE(foreign.can_write()) << "a writer has come and gone";
  { const auto other = house.reader(); }
  EXPECT_FALSE(foreign.can_write()) << "another reader has come and gone";
  tests::read_file(file());
  EXPECT_FALSE(foreign.can_write()) << "somebody has looked at the file";
  reader->renew();
  EXPECT_FALSE(foreign.can_write());
  reader.reset();
  EXPECT_TRUE(foreign.can_write());
}

TEST_F(Embedded, AReaderOfThisProcessKeepsAWriteAheadLogFromBeingTakenIn) {
  publish("create table t (n integer)");
  const auto reader = warehouse().reader();
  tests::write_file(file().string() + ".wal", "of another program");
  EXPECT_THROW(warehouse().writer(), WarehouseBusy);
  EXPECT_EQ(reader->query("select count(*) from t").number(), 0);
}

TEST_F(Embedded, WhatAKilledProgramHadCommittedBesideTheFileCountsOnce) {
  publish("create table t (n integer)");
  std::unique_ptr<Session> kept;
  OtherProcess other([&] {
    kept = std::make_unique<Session>(file(), Access::read_write, Options{});
    kept->execute("insert into t values (1)");
  });
  ASSERT_TRUE(other.ready());
  other.kill();
  ASSERT_TRUE(fs::exists(file().string() + ".wal"));
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  EXPECT_EQ(writer->query("select count(*) from t").number(), 1);
  writer->publish();
  EXPECT_EQ(rows(), 1);
}

TEST_F(Embedded, AnotherProgramThatOnlyReadsKeepsNobodyOut) {
  publish("create table t (n integer)");
  std::unique_ptr<Session> kept;
  OtherProcess other(
      [&] { kept = std::make_unique<Session>(file(), Access::read_only, Options{}); });
  ASSERT_TRUE(other.ready());
  publish("insert into t values (1)");
  EXPECT_EQ(rows(), 1);
}

TEST_F(Embedded, ADamagedFileIsNamedWithTheWayOut) {
  publish("create table t (n integer)");
  tests::write_file(file(), std::string(100'000, 'x'));
  DuckdbWarehouse house = warehouse();
  for (const std::string& message : {tests::message_of<Error>([&] { house.reader(); }),
                                     tests::message_of<Error>([&] { house.writer(); })}) {
    EXPECT_NE(message.find(file().string()), std::string::npos) << message;
    EXPECT_NE(message.find("rebuild --from lake"), std::string::npos) << message;
  }
  EXPECT_EQ(tests::read_file(file()), std::string(100'000, 'x')) << "it is left for whoever looks";
  fs::remove(file());
  publish("create table t (n integer)");
  EXPECT_EQ(rows(), 0) << "moved away, it hinders no longer";
}

TEST_F(Embedded, ATruncatedFileIsAnError) {
  publish("create table t as select * from range(200000)");
  fs::resize_file(file(), fs::file_size(file()) / 2);
  EXPECT_THROW(warehouse().reader()->query("select sum(range) from t"), Error);
}

TEST_F(Embedded, ACopyThatAnEarlierRunLeftIsNotWorkedOn) {
  publish("create table t (n integer)");
  tests::write_file(file().string() + ".work", "left by a killed run");
  tests::write_file(file().string() + ".work.wal", "left by a killed run");
  publish("insert into t values (1)");
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(folder_content(), "w.duckdb w.duckdb.lock ");
}

TEST_F(Embedded, ThroughALinkTheFileItLeadsToIsReplaced) {
  publish("create table t (n integer)");
  const fs::path link = folder_ / "link.duckdb";
  fs::create_symlink(file(), link);
  DuckdbWarehouse house(link, {folder_.path(), 1});
  const auto writer = house.writer();
  writer->execute("insert into t values (1)");
  writer->publish();
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(rows(), 1);
}

TEST_F(Embedded, ALinkWhoseDiskIsNotMountedIsNotTakenForNoWarehouse) {
  publish("create table t (n integer)");
  const fs::path link = folder_ / "link.duckdb";
  fs::create_symlink(folder_ / "disk/w.duckdb", link);
  DuckdbWarehouse house(link, {folder_.path(), 1});
  for (const std::string& message : {tests::message_of<Error>([&] { house.exists(); }),
                                     tests::message_of<Error>([&] { house.reader(); }),
                                     tests::message_of<Error>([&] { house.writer(); })}) {
    EXPECT_NE(message.find(link.string() + " is a link to"), std::string::npos) << message;
    EXPECT_NE(message.find("mount"), std::string::npos) << message;
  }
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST_F(Embedded, AFolderThatCannotBeMadeIsNamed) {
  tests::write_file(folder_ / "data", "a file in its place");
  const std::string message = tests::message_of<Error>([&] { warehouse().writer(); });
  EXPECT_NE(message.find((folder_ / "data").string()), std::string::npos) << message;
}

// Does `work` once undisturbed, and then with an interruption at each of several moments of it.
class Interruptions {
 public:
  Interruptions(Writer& writer, std::function<void()> work) : writer_(writer), work_(work) {
    const auto start = std::chrono::steady_clock::now();
    work_();
    whole_ = std::chrono::steady_clock::now() - start;
  }
  // Calls `look` after each, with whether the work was stopped.
  void at_every_moment(const std::function<void(bool is_stopped)>& look) {
    constexpr int kMoments = 8;
    for (int moment = 0; moment < kMoments; ++moment) {
      SCOPED_TRACE(moment);
      look(interrupted_after(whole_ * moment / kMoments));
    }
    EXPECT_GT(stopped_, 0) << "nothing was ever stopped";
  }

 private:
  bool interrupted_after(std::chrono::nanoseconds delay) {
    std::thread stopper([&] {
      std::this_thread::sleep_for(delay);
      writer_.interrupt();
    });
    bool is_stopped = false;
    try {
      work_();
    } catch (const Stopped&) {
      is_stopped = true;
      ++stopped_;
    }
    stopper.join();
    writer_.resume();
    return is_stopped;
  }

  Writer& writer_;
  const std::function<void()> work_;
  std::chrono::nanoseconds whole_{};
  int stopped_ = 0;
};

constexpr std::int64_t kManyRows = 400'000;

std::string many_rows() {
  return "select range as n, md5(cast(range as text)) as t from range(" +
         std::to_string(kManyRows) + ")";
}

TEST_F(Embedded, ALoadOfParquetThatIsInterruptedHasLoadedAllOrNothing) {
  const fs::path parquet = folder_ / "rows.parquet";
  Session("", Access::read_write, {})
      .execute("copy (" + many_rows() + ") to '" + parquet.string() + "' (format parquet)");
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  writer->execute("create table t (n bigint, t text)");
  Interruptions(*writer, [&] {
    writer->load("t", {parquet});
  }).at_every_moment([&](bool is_stopped) {
    EXPECT_EQ(writer->query("select count(*) from t").number() % kManyRows, 0);
    if (is_stopped) return;
    EXPECT_GT(writer->execute("insert into t select -1, null"), 0) << "it goes on";
    writer->execute("delete from t where n = -1");
  });
}

TEST_F(Embedded, ACommitThatIsInterruptedIsDoneOrUndone) {
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  writer->execute("create table t (n bigint, t text)");
  std::int64_t expected = 0;
  Interruptions(*writer, [&] {
    writer->begin();
    writer->execute("insert into t " + many_rows());
    writer->commit();
    expected += kManyRows;
  }).at_every_moment([&](bool is_stopped) {
    if (is_stopped) {
      try {
        writer->rollback();
      } catch (const Error&) {
        // The commit had been done, or had undone it itself.
      }
    }
    const std::int64_t rows = writer->query("select count(*) from t").number();
    EXPECT_TRUE(rows == expected || (is_stopped && rows == expected + kManyRows)) << rows;
    expected = rows;
  });
}

TEST_F(Embedded, ACheckpointThatIsInterruptedLosesNothing) {
  publish("create table t (n bigint, t text)");
  DuckdbWarehouse house = warehouse();
  const auto writer = house.writer();
  std::int64_t expected = 0;
  Interruptions(*writer, [&] {
    writer->execute("insert into t " + many_rows() + " where range % 10 = 0");
    writer->execute("force checkpoint");
  }).at_every_moment([&](bool) {
    expected = writer->query("select count(*) from t").number();
    EXPECT_EQ(expected % (kManyRows / 10), 0);
  });
  writer->publish();
  EXPECT_EQ(rows(), expected);
}

TEST_F(Embedded, APublicationThatIsInterruptedPublishesNothing) {
  publish("create table t as " + many_rows());
  for (const auto delay : {0, 5, 20, 50}) {
    DuckdbWarehouse house = warehouse();
    auto writer = house.writer();
    const std::int64_t before = rows();
    writer->execute("insert into t " + many_rows());
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay));
      writer->interrupt();
    });
    bool is_published = true;
    try {
      writer->publish();
    } catch (const Stopped&) {
      is_published = false;
    }
    stopper.join();
    writer.reset();
    EXPECT_EQ(rows(), before + (is_published ? kManyRows : 0)) << delay;
    EXPECT_EQ(folder_content(), "w.duckdb w.duckdb.lock ");
  }
}

std::size_t open_descriptors() {
  const fs::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_F(Embedded, ASessionThatCannotBeMadeLeavesNoLockDescriptorFolderOrMemory) {
  publish(
      "create table t (n integer); create table run_log (n integer); "
      "create table fct_revenue_daily (n integer)");
  ForeignProcess foreign(file());
  const fs::path damaged = tests::write_file(folder_ / "damaged.duckdb", std::string(5'000, 'x'));
  const auto make = [&](const fs::path& path, std::uint64_t memory_bytes) {
    Session(path, Access::read_only, {folder_.path(), 1, "", memory_bytes}, 100);
  };
  make(file(), 0);
  const std::size_t before = open_descriptors();
  EXPECT_THROW(make(damaged, 0), Error) << "it fails while the database is opened";
  int too_small = 0;
  for (std::uint64_t bytes = 1; bytes <= 1 << 20; bytes *= 2) {
    try {
      make(file(), bytes);
    } catch (const Error&) {
      ++too_small;
    }
  }
  EXPECT_GT(too_small, 0);
  EXPECT_THROW(warehouse().reader(), Error) << "its run log is none";
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(MemoryPart::held(), 0u);
  EXPECT_FALSE(fs::exists(folder_ / "tmp") && !fs::is_empty(folder_ / "tmp"));
  EXPECT_TRUE(foreign.can_write());
}

}  // namespace
}  // namespace cartograph::warehouse::duckdb
