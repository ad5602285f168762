// Times are asked of cron with the time that was counted to: an hour that clocks show twice, or a
// clock that is put back a little, brings no time again.
#include "orchestration/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cartograph::orchestration {
namespace {

std::int64_t micros(std::chrono::milliseconds time) { return time.count() * 1000; }

}  // namespace

Schedule::Schedule(std::vector<Job> jobs, std::map<std::string, JobState> states, RecordSink sink,
                   std::function<void(const std::string&)> warn)
    : jobs_(std::move(jobs)),
      states_(std::move(states)),
      sink_(std::move(sink)),
      warn_(std::move(warn)) {}

void Schedule::record(const JobRecord& record) {
  add_record(states_, record);
  if (record.kind == JobRecord::Kind::ended) running_.erase(record.job);
}

void Schedule::postpone(const std::string& job) { running_.erase(job); }

void Schedule::count_from(const Job& job, Instant now, const std::string& why) {
  JobRecord record;
  record.kind = JobRecord::Kind::counts;
  record.at = now;
  record.job = job.name;
  record.schedule = job.schedule.text();
  record.timezone = job.zone.name;
  record.text = why;
  sink_(record);
}

JobState& Schedule::state_of(const Job& job, Instant now) {
  const auto found = states_.find(job.name);
  if (found == states_.end()) {
    count_from(job, now, "seen for the first time");
  } else if (const JobState& state = found->second;
             state.schedule != job.schedule.text() || state.timezone != job.zone.name) {
    count_from(job, now, fmt::format("was '{}' in {} before", state.schedule, state.timezone));
  } else if (const Instant stored = std::max(state.counted_to, state.counts_from);
             stored.micros > now.micros + micros(kClockTolerance)) {
    warn_(fmt::format(
        "job {}: its log has a time of {}, which is in the future: the clock was wrong then, or is "
        "now. It is ignored; the schedule counts from {}",
        job.name, to_string(stored), to_string(now)));
    count_from(job, now, "the stored time was in the future");
  }
  return states_[job.name];
}

std::optional<Due> Schedule::due(const Job& job, Instant now) {
  JobState& state = state_of(job, now);
  const auto first = job.schedule.next(job.zone, state.counted_to);
  if (!first || *first > now) return std::nullopt;
  const Instant last = job.schedule.last(job.zone, state.counted_to, now).value_or(*first);
  const std::int64_t late = now.micros - last.micros;
  if (late <= micros(kOnTime)) return Due{&job, last, false};
  if (job.missed == Missed::once && late <= micros(job.catch_up_within)) {
    return Due{&job, last, true};
  }
  JobRecord record;
  record.kind = JobRecord::Kind::passed;
  record.at = now;
  record.job = job.name;
  record.time = last;
  record.text = fmt::format(
      "{} missed; {}",
      *first == last ? to_string(last)
                     : fmt::format("times from {} to {}", to_string(*first), to_string(last)),
      job.missed == Missed::skip ? "the job makes up for none" : "too long ago to be made up for");
  sink_(record);
  return std::nullopt;
}

std::vector<Due> Schedule::due(Instant now) {
  std::vector<Due> found;
  for (const Job& job : jobs_) {
    if (!job.is_enabled || running_.contains(job.name)) continue;
    if (const auto one = due(job, now)) {
      running_.insert(job.name);
      found.push_back(*one);
    }
  }
  return found;
}

std::vector<Overdue> Schedule::newly_overdue(Instant now) {
  std::vector<Overdue> found;
  std::map<std::string, Instant> told;
  for (const Overdue& overdue : overdue_jobs(jobs_, states_, now)) {
    const auto before = told_overdue_.find(overdue.job);
    if (before == told_overdue_.end() || before->second != overdue.expected) {
      found.push_back(overdue);
    }
    told.emplace(overdue.job, overdue.expected);
  }
  told_overdue_ = std::move(told);
  return found;
}

std::optional<Instant> Schedule::next(Instant now) const {
  std::optional<Instant> first;
  for (const Job& job : jobs_) {
    if (!job.is_enabled) continue;
    const auto time = job.schedule.next(job.zone, now);
    if (time && (!first || *time < *first)) first = time;
  }
  return first;
}

}  // namespace cartograph::orchestration
