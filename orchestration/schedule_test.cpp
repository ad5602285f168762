// Days of a clock that the tests set: no test waits.
#include "orchestration/schedule.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestration/job_file.hpp"

namespace cartograph::orchestration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Status = JobRecord::Status;

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

Instant utc(int month, int day, int hour, int minute = 0, int year = 2026) {
  return {
      day_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day))->start_utc().micros +
      (hour * 60 + minute) * kMinute};
}

Job job_of(const std::string& settings, const std::string& name = "daily") {
  return parse_job(name, name + ".toml", settings + "\n[steps.run]\ncommand = [\"true\"]\n", "UTC");
}

// A scheduler's life, which may end and begin again with the records that it left.
struct Life {
  std::vector<Job> jobs;
  std::vector<JobRecord> records;
  std::vector<std::string> warnings;
  std::unique_ptr<Schedule> schedule;

  explicit Life(std::vector<Job> given) : jobs(std::move(given)) { start(); }

  void start() {
    schedule = std::make_unique<Schedule>(
        jobs, states_of(records), [this](const JobRecord& record) { take(record); },
        [this](const std::string& text) { warnings.push_back(text); });
  }
  void take(const JobRecord& record) {
    records.push_back(record);
    schedule->record(record);
  }
  std::vector<std::string> due(Instant now) {
    std::vector<std::string> found;
    for (const Due& due : schedule->due(now)) {
      found.push_back(fmt::format("{} {}", due.job->name, to_string(due.time).substr(0, 16)));
      JobRecord record = record_of(JobRecord::Kind::started, due.job->name, now);
      record.time = due.time;
      record.schedule = due.job->schedule.text();
      record.timezone = due.job->zone.name;
      take(record);
    }
    return found;
  }
  void end(Instant now, Status status = Status::succeeded, const std::string& job = "daily") {
    JobRecord record = record_of(JobRecord::Kind::ended, job, now);
    record.time = schedule->states().at(job).last_started->time;
    record.status = status;
    take(record);
  }
  std::size_t overdue(Instant now) { return schedule->newly_overdue(now).size(); }

  static JobRecord record_of(JobRecord::Kind kind, const std::string& job, Instant at) {
    JobRecord record;
    record.kind = kind;
    record.job = job;
    record.at = at;
    return record;
  }
};

TEST(Schedule, AJobRunsAtItsTimesOnceEach) {
  Life life({job_of("schedule = \"0 3 * * *\"")});
  EXPECT_THAT(life.due(utc(5, 1, 12)), IsEmpty()) << "it counts from when it is first seen";
  EXPECT_THAT(life.due(utc(5, 2, 2, 59)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 2, 3)), ElementsAre("daily 2026-05-02T03:00"));
  EXPECT_THAT(life.due(utc(5, 2, 3, 1)), IsEmpty()) << "it runs";
  life.end(utc(5, 2, 3, 10));
  EXPECT_THAT(life.due(utc(5, 2, 3, 10)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 3, 3)), ElementsAre("daily 2026-05-03T03:00"));
}

TEST(Schedule, OneRunStandsForAllThatWereMissed) {
  Life life({job_of("schedule = \"0 3 * * *\"\ncatch_up_within = \"10 h\"")});
  life.due(utc(5, 1, 12));
  EXPECT_THAT(life.due(utc(5, 5, 12)), ElementsAre("daily 2026-05-05T03:00"));
  life.end(utc(5, 5, 13));
  EXPECT_THAT(life.due(utc(5, 5, 13)), IsEmpty());
}

TEST(Schedule, WhatWasMissedTooLongAgoIsPassedOver) {
  Life life({job_of("schedule = \"0 3 * * *\"\ncatch_up_within = \"10 h\"")});
  life.due(utc(5, 1, 12));
  EXPECT_THAT(life.due(utc(5, 5, 14)), IsEmpty());
  EXPECT_EQ(life.records.back().kind, JobRecord::Kind::passed);
  EXPECT_THAT(life.records.back().text, HasSubstr("from 2026-05-02T03:00"));
  EXPECT_THAT(life.due(utc(5, 6, 3)), ElementsAre("daily 2026-05-06T03:00"));
}

TEST(Schedule, AJobThatSkipsMakesUpForNothing) {
  Life life({job_of("schedule = \"0 * * * *\"\nmissed = \"skip\"")});
  life.due(utc(5, 1, 12));
  EXPECT_THAT(life.due(utc(5, 1, 15, 30)), IsEmpty());
  EXPECT_THAT(life.records.back().text, HasSubstr("makes up for none"));
  EXPECT_THAT(life.due(utc(5, 1, 16)), SizeIs(1));
  // An hour and a half long, so that a time comes while it is at work.
  life.end(utc(5, 1, 17, 30));
  EXPECT_THAT(life.due(utc(5, 1, 17, 30)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 1, 18)), SizeIs(1));
}

TEST(Schedule, ARestartKnowsWhatWasDone) {
  Life life({job_of("schedule = \"0 3 * * *\"")});
  life.due(utc(5, 1, 12));
  life.start();
  EXPECT_THAT(life.due(utc(5, 2, 3)), SizeIs(1)) << "it still counts from the first of May";
  life.end(utc(5, 2, 4), Status::failed);
  life.start();
  EXPECT_THAT(life.due(utc(5, 2, 5)), IsEmpty()) << "a failure is not tried again by itself";
  EXPECT_THAT(life.due(utc(5, 3, 3)), SizeIs(1));
  // Killed, and stopped: as if it had been missed.
  life.start();
  EXPECT_THAT(life.due(utc(5, 3, 5)), ElementsAre("daily 2026-05-03T03:00"));
  life.end(utc(5, 3, 6), Status::stopped);
  life.start();
  EXPECT_THAT(life.due(utc(5, 3, 7)), ElementsAre("daily 2026-05-03T03:00"));
}

TEST(Schedule, AChangedScheduleCountsFromNow) {
  Life life({job_of("schedule = \"0 3 * * *\"")});
  life.due(utc(5, 1, 12));
  life.jobs = {job_of("schedule = \"0 9 * * *\"")};
  life.start();
  EXPECT_THAT(life.due(utc(5, 2, 10)), IsEmpty()) << "nine o'clock had passed when it came";
  EXPECT_THAT(life.records.back().text, HasSubstr("was '0 3 * * *'"));
  EXPECT_THAT(life.due(utc(5, 3, 9)), SizeIs(1));
  life.end(utc(5, 3, 9, 5));
  life.jobs = {job_of("schedule = \"0 9 * * *\"\ntimezone = \"Asia/Tokyo\"")};
  life.start();
  EXPECT_THAT(life.due(utc(5, 3, 10)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 4, 0)), SizeIs(1));
}

TEST(Schedule, AStoredTimeInTheFutureIsIgnoredWithAWarning) {
  Life life({job_of("schedule = \"0 3 * * *\"")});
  life.due(utc(5, 1, 12, 0, 2036));
  EXPECT_THAT(life.due(utc(5, 2, 3, 0, 2036)), SizeIs(1));
  life.end(utc(5, 2, 3, 10, 2036));
  life.start();
  EXPECT_THAT(life.due(utc(5, 1, 12)), IsEmpty());
  EXPECT_THAT(life.warnings, ElementsAre(HasSubstr("in the future")));
  EXPECT_THAT(life.due(utc(5, 2, 3)), SizeIs(1));
  EXPECT_THAT(life.warnings, SizeIs(1)) << "said once";
  EXPECT_EQ(life.overdue(utc(5, 2, 6)), 1U) << "a success of the future is none";
}

TEST(Schedule, AClockThatIsPutBackALittleBringsNoTimeAgain) {
  Life life({job_of("schedule = \"0 3 * * *\"")});
  life.due(utc(5, 1, 12));
  EXPECT_THAT(life.due(utc(5, 2, 3)), SizeIs(1));
  life.end(utc(5, 2, 3));
  EXPECT_THAT(life.due(utc(5, 2, 2, 58)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 2, 3)), IsEmpty());
  EXPECT_THAT(life.warnings, IsEmpty());
}

TEST(Schedule, AClockThatJumpsAheadIsAsATimeThatWasMissed) {
  Life life({job_of("schedule = \"*/10 * * * *\"")});
  life.due(utc(5, 1, 12, 1));
  EXPECT_THAT(life.due(utc(5, 1, 20, 5)), ElementsAre("daily 2026-05-01T20:00"));
}

TEST(Schedule, ANightInWhichClocksChangeHasEachTimeByTheRules) {
  Life life({job_of("schedule = \"30 2 * * *\"\ntimezone = \"Europe/Berlin\""),
             job_of("schedule = \"30 * * * *\"\ntimezone = \"Europe/Berlin\"", "hourly")});
  std::vector<std::string> all;
  for (Instant at = utc(10, 24, 23, 1); at < utc(10, 25, 3); at.micros += kMinute) {
    for (const std::string& due : life.due(at)) {
      all.push_back(due);
      life.end(at, Status::succeeded, due.substr(0, due.find(' ')));
    }
  }
  EXPECT_THAT(all, ElementsAre("hourly 2026-10-24T23:30", "daily 2026-10-25T00:30",
                               "hourly 2026-10-25T00:30", "hourly 2026-10-25T01:30",
                               "hourly 2026-10-25T02:30"));
}

TEST(Schedule, AJobIsOverdueWhenItsTimeAndItsGracePassedWithoutSuccess) {
  Life life({job_of("schedule = \"0 3 * * *\"\noverdue_after = \"2 h\"")});
  life.due(utc(5, 1, 12));
  EXPECT_EQ(life.overdue(utc(5, 2, 4, 59)), 0U);
  EXPECT_THAT(life.due(utc(5, 2, 3)), SizeIs(1));
  EXPECT_EQ(life.overdue(utc(5, 2, 5)), 1U) << "though it is at work";
  EXPECT_EQ(life.overdue(utc(5, 2, 5, 1)), 0U) << "it is told once";
  life.end(utc(5, 2, 6), Status::failed);
  EXPECT_THAT(overdue_jobs(life.jobs, life.schedule->states(), utc(5, 2, 7)), SizeIs(1));
  EXPECT_THAT(life.due(utc(5, 3, 3)), SizeIs(1));
  life.end(utc(5, 3, 3, 30));
  EXPECT_THAT(overdue_jobs(life.jobs, life.schedule->states(), utc(5, 3, 12)), IsEmpty());
  const auto overdue = overdue_jobs(life.jobs, life.schedule->states(), utc(5, 4, 5));
  ASSERT_THAT(overdue, SizeIs(1));
  EXPECT_EQ(to_string(overdue[0].expected), to_string(utc(5, 4, 3)));
  EXPECT_EQ(to_string(overdue[0].since), to_string(utc(5, 4, 5)));
}

TEST(Schedule, AJobThatIsNotEnabledIsPassedOver) {
  Life life({job_of("schedule = \"* * * * *\"\nenabled = false")});
  EXPECT_THAT(life.due(utc(5, 1, 12)), IsEmpty());
  EXPECT_THAT(life.due(utc(5, 2, 12)), IsEmpty());
  EXPECT_EQ(life.overdue(utc(5, 9, 12)), 0U);
  EXPECT_THAT(life.records, IsEmpty());
}

}  // namespace
}  // namespace cartograph::orchestration
