// The log as a kill, a full disk and other processes leave it.
#include "orchestration/job_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

using testing::HasSubstr;
using Kind = JobRecord::Kind;
using Status = JobRecord::Status;

JobRecord record_at(std::int64_t second, Kind kind, Status status = Status::none) {
  JobRecord record;
  record.kind = kind;
  record.at = {second * kMicrosPerSecond};
  record.job = "daily";
  record.run = "run-" + std::to_string(second);
  record.status = status;
  return record;
}

TEST(JobLog, GivesBackWhatItWasGiven) {
  const tests::TemporaryFolder folder;
  JobLog log(folder / "jobs");
  EXPECT_TRUE(log.read().empty());
  JobRecord record = record_at(1'764'000'000, Kind::step, Status::failed);
  record.step = "check";
  record.time = Instant{1'764'000'000'123'456};
  record.started_at = Instant{1'764'000'001'000'000};
  record.attempts = 3;
  record.exit_status = 1;
  record.text = "exit status 1 \"quoted\"";
  record.output = "jobs/runs/check.log";
  record.last_lines = "line\nerror: Größe\n";
  record.schedule = "0 3 * * *";
  record.timezone = "Europe/Berlin";
  EXPECT_TRUE(log.add(record));
  const auto read = log.read();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(to_json_line(read[0]), to_json_line(record));
  EXPECT_EQ(read[0].time, record.time);
  EXPECT_EQ(read[0].started_at, record.started_at);
  EXPECT_EQ(read[0].last_lines, record.last_lines);
  EXPECT_EQ(read[0].status, Status::failed);
  EXPECT_EQ(read[0].attempts, 3);
}

TEST(JobLog, ALineThatWasCutShortSpoilsNoOther) {
  const tests::TemporaryFolder folder;
  JobLog log(folder.path());
  EXPECT_TRUE(log.add(record_at(1, Kind::started)));
  {
    std::ofstream file(log.file(), std::ios::app);
    file << R"({"at":"2026-11-27T20:50)";
  }
  EXPECT_TRUE(log.add(record_at(2, Kind::ended, Status::succeeded)));
  const auto read = log.read();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].run, "run-2");
}

// A limit on a file's size stands for a full disk.
TEST(JobLog, WhatAFullDiskKeepsOutIsWrittenLaterInOrder) {
  const tests::TemporaryFolder folder;
  JobLog log(folder.path());
  EXPECT_TRUE(log.add(record_at(1, Kind::started)));
  const auto bytes = std::filesystem::file_size(log.file());
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{bytes + 20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &full);
  const bool is_written = log.add(record_at(2, Kind::step, Status::succeeded));
  const bool is_written_again = log.add(record_at(3, Kind::step, Status::succeeded));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_FALSE(is_written);
  EXPECT_FALSE(is_written_again);
  EXPECT_THAT(log.problem(), HasSubstr("jobs go on"));
  EXPECT_EQ(std::filesystem::file_size(log.file()), bytes) << "half a line was left";
  EXPECT_TRUE(log.add(record_at(4, Kind::ended, Status::succeeded)));
  EXPECT_EQ(log.problem(), "");
  const auto read = log.read();
  ASSERT_EQ(read.size(), 4U);
  for (std::size_t i = 0; i < read.size(); ++i)
    EXPECT_EQ(read[i].run, "run-" + std::to_string(i + 1));
}

TEST(JobLog, ForgetsWhatIsOldAndKeepsWhereAJobStands) {
  const tests::TemporaryFolder folder;
  JobLog log(folder.path());
  JobRecord counts = record_at(1, Kind::counts);
  counts.schedule = "@daily";
  log.add(counts);
  for (int i = 10; i < 100; i += 10) {
    log.add(record_at(i, Kind::started));
    log.add(record_at(i + 1, Kind::step, Status::succeeded));
    log.add(record_at(i + 2, Kind::ended, i < 50 ? Status::succeeded : Status::failed));
  }
  const auto before = states_of(log.read()).at("daily");
  EXPECT_EQ(log.forget({80 * kMicrosPerSecond}), 20U);
  const auto after = states_of(log.read()).at("daily");
  EXPECT_EQ(after.schedule, "@daily");
  EXPECT_EQ(after.counts_from, before.counts_from);
  EXPECT_EQ(after.last_success, before.last_success);
  EXPECT_EQ(after.last_ended->run, before.last_ended->run);
  EXPECT_EQ(log.forget({80 * kMicrosPerSecond}), 0U);
}

TEST(JobLog, ALockIsHeldByOneAndGoesWithIt) {
  const tests::TemporaryFolder folder;
  {
    const JobLock first(folder / "jobs" / "lock", "busy");
    EXPECT_THROW(JobLock(folder / "jobs" / "lock", "busy"), WarehouseBusy);
  }
  EXPECT_NO_THROW(JobLock(folder / "jobs" / "lock", "busy"));
}

}  // namespace
}  // namespace cartograph::orchestration
