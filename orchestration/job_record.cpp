// Instants are written as text, for who reads the log; fields without a value are left out.
#include "orchestration/job_record.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.hpp"

namespace cartograph::orchestration {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kKinds = {"counts", "started", "step", "ended", "passed"};
constexpr std::array<std::string_view, 6> kStatuses = {"",          "succeeded", "failed",
                                                       "timed_out", "skipped",   "stopped"};

// Exactly what to_string(Instant) writes.
std::optional<Instant> parse_instant(std::string_view text) {
  constexpr std::size_t kLength = std::string_view("2025-03-01T10:00:00.000000Z").size();
  if (text.size() != kLength) return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  const auto number = [&](std::size_t from, std::size_t count) {
    std::int64_t value = -1;
    const char* end = text.data() + from + count;
    return std::from_chars(text.data() + from, end, value).ptr == end ? value : -1;
  };
  const std::int64_t hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  const std::int64_t micros = number(20, 6);
  if (!day || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
      micros < 0) {
    return std::nullopt;
  }
  return Instant{day->start_utc().micros + ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond +
                 micros};
}

class ObjectReader {
 public:
  explicit ObjectReader(const json::object& object) : object_(object) {}
  std::string text(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    const json::string* found = value == nullptr ? nullptr : value->if_string();
    return found == nullptr ? std::string() : std::string(found->data(), found->size());
  }
  int number(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    const std::int64_t* found = value == nullptr ? nullptr : value->if_int64();
    return found == nullptr ? 0 : static_cast<int>(*found);
  }
  std::optional<Instant> instant(std::string_view key) const { return parse_instant(text(key)); }

 private:
  const json::object& object_;
};

template <std::size_t size>
std::optional<std::size_t> index_of(const std::array<std::string_view, size>& names,
                                    std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

Instant plus(Instant instant, std::chrono::milliseconds duration) {
  return {instant.micros + duration.count() * 1000};
}

}  // namespace

std::string_view name(JobRecord::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view name(JobRecord::Status status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::string to_json_line(const JobRecord& record) {
  json::object object{{"at", to_string(record.at)}, {"kind", name(record.kind)}};
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) object[key] = printable(value);
  };
  const auto instant = [&](std::string_view key, const std::optional<Instant>& value) {
    if (value) object[key] = to_string(*value);
  };
  text("job", record.job);
  text("run", record.run);
  text("schedule", record.schedule);
  text("timezone", record.timezone);
  instant("time", record.time);
  text("step", record.step);
  text("status", name(record.status));
  instant("started_at", record.started_at);
  if (record.attempts > 0) object["attempts"] = record.attempts;
  if (record.exit_status != 0) object["exit_status"] = record.exit_status;
  text("text", record.text);
  text("output", record.output);
  text("last_lines", record.last_lines);
  return json::serialize(object);
}

std::optional<JobRecord> parse_job_record(std::string_view line) {
  boost::system::error_code bad;
  const json::value value = json::parse(line, bad);
  if (bad || !value.is_object()) return std::nullopt;
  const ObjectReader reader(value.get_object());
  const auto kind = index_of(kKinds, reader.text("kind"));
  const auto status = index_of(kStatuses, reader.text("status"));
  const auto at = reader.instant("at");
  JobRecord record;
  record.job = reader.text("job");
  if (!kind || !status || !at || record.job.empty()) return std::nullopt;
  record.kind = static_cast<JobRecord::Kind>(*kind);
  record.status = static_cast<JobRecord::Status>(*status);
  record.at = *at;
  record.run = reader.text("run");
  record.schedule = reader.text("schedule");
  record.timezone = reader.text("timezone");
  record.time = reader.instant("time");
  record.step = reader.text("step");
  record.started_at = reader.instant("started_at");
  record.attempts = reader.number("attempts");
  record.exit_status = reader.number("exit_status");
  record.text = reader.text("text");
  record.output = reader.text("output");
  record.last_lines = reader.text("last_lines");
  return record;
}

std::map<std::string, JobState> states_of(const std::vector<JobRecord>& records) {
  std::map<std::string, JobState> states;
  for (const JobRecord& record : records) add_record(states, record);
  return states;
}

void add_record(std::map<std::string, JobState>& states, const JobRecord& record) {
  using Kind = JobRecord::Kind;
  const auto [entry, is_new] = states.try_emplace(record.job);
  JobState& state = entry->second;
  const bool is_first = is_new || state.schedule.empty();
  if (record.kind == Kind::counts || (record.kind == Kind::started && is_first)) {
    state.schedule = record.schedule;
    state.timezone = record.timezone;
    state.counts_from = state.counted_to = record.at;
  }
  if (record.kind == Kind::started) state.last_started = record;
  if (record.kind == Kind::passed && record.time) {
    state.counted_to = std::max(state.counted_to, *record.time);
  }
  if (record.kind != Kind::ended) return;
  state.last_ended = record;
  // One that was stopped is as one that was missed.
  if (record.time && record.status != JobRecord::Status::stopped) {
    state.counted_to = std::max(state.counted_to, *record.time);
  }
  if (record.status == JobRecord::Status::succeeded) {
    state.last_success = record.at;
    state.last_success_time = record.time ? record.time : record.started_at;
  }
}

std::vector<Overdue> overdue_jobs(const std::vector<Job>& jobs,
                                  const std::map<std::string, JobState>& states, Instant now) {
  std::vector<Overdue> found;
  for (const Job& job : jobs) {
    const auto state = states.find(job.name);
    if (!job.is_enabled || state == states.end()) continue;
    Instant after = state->second.counts_from;
    // One of the future is of a clock that was wrong.
    const auto& success = state->second.last_success_time;
    if (success && *success <= now) after = std::max(after, *success);
    const auto expected = job.schedule.next(job.zone, std::min(after, now));
    if (expected && plus(*expected, job.overdue_after) <= now) {
      found.push_back({job.name, *expected, plus(*expected, job.overdue_after)});
    }
  }
  return found;
}

}  // namespace cartograph::orchestration
