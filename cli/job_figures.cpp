// Names of jobs are those of files: quotes and line ends are escaped.
#include "cli/job_figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/log.hpp"
#include "cli/job_settings.hpp"
#include "orchestration/job_log.hpp"

namespace cartograph::cli {

std::string job_figures(const Config& config) {
  try {
    const auto jobs = configured_jobs(config);
    const auto states = states_of(orchestration::JobLog(scheduler_settings(config).folder).read());
    const auto overdue = overdue_jobs(jobs, states, now());
    std::string success =
        "# HELP cartograph_job_last_success_timestamp_seconds When a job last succeeded.\n"
        "# TYPE cartograph_job_last_success_timestamp_seconds gauge\n";
    std::string late =
        "# HELP cartograph_job_overdue 1 where a job should have succeeded and has not.\n"
        "# TYPE cartograph_job_overdue gauge\n";
    for (const orchestration::Job& job : jobs) {
      const std::string label = "{job=" + json_text(job.name) + "}";
      const auto state = states.find(job.name);
      if (state != states.end() && state->second.last_success) {
        success += fmt::format("cartograph_job_last_success_timestamp_seconds{} {}\n", label,
                               state->second.last_success->micros / kMicrosPerSecond);
      }
      const bool is_overdue = std::ranges::any_of(
          overdue, [&](const orchestration::Overdue& one) { return one.job == job.name; });
      late += fmt::format("cartograph_job_overdue{} {}\n", label, is_overdue ? 1 : 0);
    }
    return success + late;
  } catch (const std::exception& error) {
    log::warning(fmt::format("jobs have no figures: {}", error.what()));
    return {};
  }
}

}  // namespace cartograph::cli
