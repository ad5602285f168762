// Which job is due at which moment: a state machine that is asked with the time of the clock, and
// waits for nothing itself. What it decides it tells as records, from which it can be made again
// after a restart. Not thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestration/job.hpp"
#include "orchestration/job_record.hpp"
#include "orchestration/runner.hpp"

namespace cartograph::orchestration {

/// A time that is later than this was missed.
inline constexpr std::chrono::milliseconds kOnTime{120'000};
/// A stored time that lies further ahead than this was written by a clock that was wrong.
inline constexpr std::chrono::milliseconds kClockTolerance{300'000};

struct Due {
  const Job* job = nullptr;
  Instant time;  // that the run stands for: the last one that has passed
  bool is_late = false;
};

class Schedule {
 public:
  /// `sink` gets the records that it makes; all records, also of runs, have to come to record().
  /// `warn` gets what an operator should know. Jobs that are not enabled are passed over.
  Schedule(std::vector<Job> jobs, std::map<std::string, JobState> states, RecordSink sink,
           std::function<void(const std::string&)> warn);

  /// The jobs to be run now; each is held to be running until its `ended` is recorded, or
  /// postpone() is called. Times that were missed are decided about by the job's policy. A job's
  /// schedule counts from when it is first seen, or seen to have changed.
  std::vector<Due> due(Instant now);

  /// Takes back that a job runs: due() gives it again.
  void postpone(const std::string& job);

  void record(const JobRecord& record);
  /// Where jobs stand, read anew.
  void set_states(std::map<std::string, JobState> states) { states_ = std::move(states); }

  /// Jobs that have become overdue since it was last asked; each is told once for the time that it
  /// was expected.
  std::vector<Overdue> newly_overdue(Instant now);

  /// The next time of any job; nothing where there is none.
  std::optional<Instant> next(Instant now) const;

  const std::vector<Job>& jobs() const { return jobs_; }
  const std::map<std::string, JobState>& states() const { return states_; }

 private:
  JobState& state_of(const Job& job, Instant now);
  void count_from(const Job& job, Instant now, const std::string& why);
  std::optional<Due> due(const Job& job, Instant now);

  const std::vector<Job> jobs_;
  std::map<std::string, JobState> states_;
  const RecordSink sink_;
  const std::function<void(const std::string&)> warn_;
  std::set<std::string> running_;
  std::map<std::string, Instant> told_overdue_;  // by job, the time that was expected
};

}  // namespace cartograph::orchestration
