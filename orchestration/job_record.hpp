// What is recorded of jobs: one kind of record for the job log, for messages and for events, and
// what follows from all of them. Values.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "orchestration/job.hpp"

namespace cartograph::orchestration {

struct JobRecord {
  enum class Kind {
    counts,   // from `at` on the times of this schedule count
    started,  // a run of the job
    step,     // a step ended, or was left out
    ended,    // the run
    passed    // times up to `time` were missed, and are not made up for
  };
  enum class Status { none, succeeded, failed, timed_out, skipped, stopped };

  Kind kind = Kind::counts;
  Instant at;
  std::string job;
  std::string schedule;  // of counts and started, as the job file has it, with the time zone
  std::string timezone;
  std::string run;              // which run of the job
  std::optional<Instant> time;  // of started and ended: the time of the schedule, if it was one
  std::string step;
  Status status = Status::none;       // of step and ended
  std::optional<Instant> started_at;  // of step and ended
  int attempts = 0;
  int exit_status = 0;     // of what failed: what it exited with; 0 where it did not exit
  std::string text;        // what came of it, for people
  std::string output;      // of step: the file that has what it printed last
  std::string last_lines;  // of step: the end of that, where it has failed
};

std::string_view name(JobRecord::Kind kind);
std::string_view name(JobRecord::Status status);

/// A record as a line of the job log, without its end.
std::string to_json_line(const JobRecord& record);
/// Nothing where it is none: cut short, or of a version that knows more.
std::optional<JobRecord> parse_job_record(std::string_view line);

/// Where a job stands, by its records.
struct JobState {
  std::string schedule;
  std::string timezone;
  Instant counts_from;  // this schedule
  Instant counted_to;   // times up to here are done with, one way or another
  std::optional<JobRecord> last_started;
  std::optional<JobRecord> last_ended;
  std::optional<Instant> last_success;       // when it ended
  std::optional<Instant> last_success_time;  // the time that it stood for
};

/// By job. Records are taken in their order.
std::map<std::string, JobState> states_of(const std::vector<JobRecord>& records);
/// Adds one more.
void add_record(std::map<std::string, JobState>& states, const JobRecord& record);

/// A job that should have succeeded and has not.
struct Overdue {
  std::string job;
  Instant expected;  // the first time that no success stands for
  Instant since;     // that, and the job's overdue_after
};

/// Enabled jobs that are overdue at `now`. One that has never been scheduled or run is not.
std::vector<Overdue> overdue_jobs(const std::vector<Job>& jobs,
                                  const std::map<std::string, JobState>& states, Instant now);

}  // namespace cartograph::orchestration
