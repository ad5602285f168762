// Runs jobs at their times until it is stopped: asks the schedule, starts runs, keeps the job log.
// One at a time for a data folder.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "orchestration/job.hpp"
#include "orchestration/job_record.hpp"
#include "orchestration/runner.hpp"

namespace cartograph::orchestration {

/// Told of what happens, in the thread that runs the scheduler; must not throw, nor take long.
class JobObserver {
 public:
  virtual ~JobObserver() = default;
  virtual void record(const JobRecord& record) = 0;
  virtual void overdue(const Overdue& overdue) = 0;
  virtual void warning(const std::string& text) = 0;
};

struct SchedulerSettings {
  std::filesystem::path folder;  // of the job log, locks and outputs: DATA/jobs
  StepSettings steps;            // its `outputs` is set by the folder
};

/// Where the outputs of steps lie.
std::filesystem::path outputs_folder(const std::filesystem::path& jobs_folder);

/// Runs `jobs` at their times until a stop is requested; then steps at work get their grace.
/// Throws WarehouseBusy where another scheduler works in the folder, Error where the folder or its
/// log cannot be used.
void run_schedule(const std::vector<Job>& jobs, const SchedulerSettings& settings,
                  JobObserver& observer, std::stop_token stop);

/// Runs one job now, whatever its schedule. Throws WarehouseBusy where it is running already.
JobResult run_now(const Job& job, const SchedulerSettings& settings, JobObserver& observer,
                  std::stop_token stop);

}  // namespace cartograph::orchestration
