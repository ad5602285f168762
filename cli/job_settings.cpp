// Options go to steps as variables, which a password of a URL may be in, and not as words of a
// command line, which everybody on the machine can read.
#include "cli/job_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/notices.hpp"
#include "orchestration/job_events.hpp"
#include "orchestration/job_file.hpp"

namespace cartograph::cli {
namespace {

using orchestration::JobRecord;

// A step's output ends the message, where there is any.
std::string with_last_lines(const std::string& text, const JobRecord& record) {
  if (record.last_lines.empty()) return text;
  std::string indented;
  for (const char c : record.last_lines) {
    indented += c;
    if (c == '\n') indented += "  ";
  }
  return fmt::format("{}; all that it printed is in {}, and this last:\n  {}", text, record.output,
                     indented);
}

void tell_step(const JobRecord& record) {
  using Status = JobRecord::Status;
  const std::string text = fmt::format("job {}: step {}: {}", record.job, record.step, record.text);
  switch (record.status) {
    case Status::failed:
    case Status::timed_out: log::error(with_last_lines(text, record)); break;
    case Status::skipped:
    case Status::stopped: log::warning(text); break;
    default: log::info(fmt::format("job {}: step {}: done", record.job, record.step));
  }
}

}  // namespace

std::vector<orchestration::Job> configured_jobs(const Config& config) {
  std::error_code error;
  if (config.jobs && !std::filesystem::is_directory(*config.jobs, error)) {
    throw UsageError(fmt::format("jobs: there is no folder {}", config.jobs->string()));
  }
  return orchestration::load_jobs(config.jobs.value_or("jobs"), config.reporting_timezone);
}

orchestration::SchedulerSettings scheduler_settings(const Config& config) {
  orchestration::SchedulerSettings settings;
  settings.folder = config.data / "jobs";
  settings.steps.program = "/proc/self/exe";
  if (config.file) settings.steps.options = {"--config", config.file->string()};
  settings.steps.environment = config.given_variables;
  return settings;
}

JobMessages::JobMessages(const Config& config) : notifier_(notifier(config)) {}

// What cannot be put in must not disturb the jobs.
void JobMessages::tell(const orchestration::Event& event) {
  if (!notifier_) return;
  try {
    notifier_->tell(event);
  } catch (const std::exception& error) {
    log::warning(fmt::format("nobody was told: {}: {}", event.text, error.what()));
  }
}

void JobMessages::record(const JobRecord& record) {
  const bool has_failed =
      record.status == JobRecord::Status::failed || record.status == JobRecord::Status::timed_out;
  if (record.kind == JobRecord::Kind::step && has_failed) {
    failed_steps_[record.run].push_back(record);
  } else if (record.kind == JobRecord::Kind::ended) {
    if (has_failed) tell(orchestration::job_failure_event(record, failed_steps_[record.run]));
    failed_steps_.erase(record.run);
  }
  using Kind = JobRecord::Kind;
  switch (record.kind) {
    case Kind::counts:
      log::info(fmt::format("job {}: its schedule '{}' in {} counts from now ({})", record.job,
                            record.schedule, record.timezone, record.text));
      break;
    case Kind::started:
      log::info(fmt::format("job {}: run {} begins{}", record.job, record.run,
                            record.time ? " for " + to_string(*record.time) : ""));
      break;
    case Kind::step: tell_step(record); break;
    case Kind::ended:
      if (record.status == JobRecord::Status::succeeded) {
        log::info(fmt::format("job {}: done, {}", record.job, record.text));
      } else if (record.status == JobRecord::Status::stopped) {
        log::warning(fmt::format("job {}: {}", record.job, record.text));
      } else {
        log::error(fmt::format("job {}: {}", record.job, record.text));
      }
      break;
    case Kind::passed: log::warning(fmt::format("job {}: {}", record.job, record.text)); break;
  }
}

void JobMessages::overdue(const orchestration::Overdue& overdue) {
  log::error(fmt::format("job {} is overdue: it should have succeeded for {}, and has not",
                         overdue.job, to_string(overdue.expected)));
  tell(orchestration::overdue_event(overdue, now()));
}

void JobMessages::warning(const std::string& text) { log::warning(text); }

void schedule(const Config& config, const std::stop_token& stop) {
  const auto jobs = configured_jobs(config);
  JobMessages messages(config);
  const std::jthread sending = empty_outbox(config);
  const auto is_enabled = [](const orchestration::Job& job) { return job.is_enabled; };
  log::info(fmt::format("running {} jobs at their times: cartograph jobs list",
                        std::count_if(jobs.begin(), jobs.end(), is_enabled)));
  orchestration::run_schedule(jobs, scheduler_settings(config), messages, stop);
}

}  // namespace cartograph::cli
