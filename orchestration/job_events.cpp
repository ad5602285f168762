// A job that is overdue is told of once for the time that it was expected, whoever notices.
#include "orchestration/job_events.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace cartograph::orchestration {

Event job_failure_event(const JobRecord& ended, const std::vector<JobRecord>& failed_steps) {
  Event event{EventKind::failure, fmt::format("job {} {}", ended.job, ended.run), ended.at, {}, {}};
  event.text = fmt::format("job {} failed: {}", ended.job, ended.text);
  boost::json::array steps;
  for (const JobRecord& step : failed_steps) {
    steps.push_back({{"step", step.step},
                     {"status", name(step.status)},
                     {"exit_status", step.exit_status},
                     {"attempts", step.attempts},
                     {"text", printable(step.text)},
                     {"output", step.output},
                     {"last_lines", printable(step.last_lines)}});
  }
  event.data = {{"job", ended.job},
                {"job_run", ended.run},
                {"ended_at", to_string(ended.at)},
                {"error", printable(ended.text)},
                {"steps", std::move(steps)}};
  if (ended.time) event.data["expected_at"] = to_string(*ended.time);
  return event;
}

Event overdue_event(const Overdue& overdue, Instant at) {
  const std::string expected = to_string(overdue.expected);
  Event event{EventKind::overdue, fmt::format("job {} {}", overdue.job, expected), at, {}, {}};
  event.text = fmt::format("job {} is overdue: it should have succeeded for {}, and has not",
                           overdue.job, expected);
  event.data = {
      {"job", overdue.job}, {"expected_at", expected}, {"overdue_since", to_string(overdue.since)}};
  return event;
}

}  // namespace cartograph::orchestration
