// jobs list, run and explain; schedule, which runs them at their times.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/job_settings.hpp"
#include "cli/notices.hpp"
#include "cli/stop_signals.hpp"
#include "orchestration/explain.hpp"
#include "orchestration/job_file.hpp"
#include "orchestration/job_log.hpp"

namespace cartograph::cli {
namespace {

using orchestration::Job;
using orchestration::local_text;

void print_list(std::ostream& out, const Config& config) {
  const auto jobs = configured_jobs(config);
  const auto states = states_of(orchestration::JobLog(scheduler_settings(config).folder).read());
  const Instant time = now();
  const auto overdue = overdue_jobs(jobs, states, time);
  std::vector<std::vector<std::string>> rows{
      {"job", "schedule", "time zone", "next, local", "next, UTC", "last run", "came of it"}};
  for (const Job& job : jobs) {
    std::vector<std::string> row{job.name, job.schedule.text(), job.zone.name, "", "", "", ""};
    const auto next = job.schedule.next(job.zone, time);
    if (!job.is_enabled) row[3] = "not enabled";
    if (job.is_enabled && next) {
      row[3] = local_text(job.zone, *next);
      row[4] = to_string(*next).substr(0, 16) + "Z";
    }
    const auto state = states.find(job.name);
    if (state != states.end() && state->second.last_started) {
      const auto& started = *state->second.last_started;
      const auto& ended = state->second.last_ended;
      row[5] = local_text(job.zone, started.at);
      row[6] = ended && ended->run == started.run ? std::string(name(ended->status)) : "runs";
    }
    const bool is_overdue = std::any_of(overdue.begin(), overdue.end(),
                                        [&](const auto& one) { return one.job == job.name; });
    if (is_overdue) row[6] += row[6].empty() ? "overdue" : ", overdue";
    rows.push_back(std::move(row));
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

int run_one(const Config& config, const std::string& name) {
  const auto jobs = configured_jobs(config);
  const Job& job = find_job(jobs, name);
  const StopSignals signals;
  JobMessages messages(config);
  const auto result =
      orchestration::run_now(job, scheduler_settings(config), messages, signals.token());
  std::cout << fmt::format("job {}: {}, {}\n", job.name, orchestration::name(result.status),
                           result.text);
  std::cout.flush();
  deliver_notices(config);
  return result.exit_status;
}

}  // namespace

void add_jobs(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("jobs", "The job definitions: list, run, explain");
  command->require_subcommand(1);
  command->fallthrough();
  command->add_subcommand("list", "All jobs, when they run next, and what came of the last time")
      ->callback([&action] {
        action = [](const Config& config) {
          print_list(std::cout, config);
          return 0;
        };
      });
  const auto name = std::make_shared<std::string>();
  CLI::App* run = command->add_subcommand("run", "Runs one now, whatever its schedule");
  run->add_option("NAME", *name, "The job")->required();
  run->callback([&action, name] {
    action = [name](const Config& config) { return run_one(config, *name); };
  });
  CLI::App* explain =
      command->add_subcommand("explain", "Its steps as a graph, its policies, its next five times");
  explain->add_option("NAME", *name, "The job")->required();
  explain->callback([&action, name] {
    action = [name](const Config& config) {
      const auto jobs = configured_jobs(config);
      std::cout << orchestration::explain(find_job(jobs, *name), now());
      return 0;
    };
  });
}

void add_schedule(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("schedule", "Runs the job definitions at their times, until stopped");
  command->callback([&action] {
    action = [](const Config& config) {
      const StopSignals signals;
      schedule(config, signals.token());
      log::info("stopped");
      return 0;
    };
  });
}

}  // namespace cartograph::cli
