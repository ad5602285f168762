// What jobs need of the configuration, and what is said of them while they run.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/config.hpp"
#include "orchestration/job.hpp"
#include "orchestration/notifier.hpp"
#include "orchestration/scheduler.hpp"

namespace cartograph::cli {

/// The built-in jobs and those of the folder `jobs`. Throws UsageError where a file is wrong, or
/// the folder is named and not there.
std::vector<orchestration::Job> configured_jobs(const Config& config);

/// DATA/jobs, and this program with the options that it was given.
orchestration::SchedulerSettings scheduler_settings(const Config& config);

/// Writes what happens to jobs to the log, and puts what [notify] is to tell of in the outbox.
class JobMessages final : public orchestration::JobObserver {
 public:
  /// Throws UsageError where [notify] cannot be used.
  explicit JobMessages(const Config& config);

  void record(const orchestration::JobRecord& record) override;
  void overdue(const orchestration::Overdue& overdue) override;
  void warning(const std::string& text) override;

 private:
  void tell(const orchestration::Event& event);

  std::optional<orchestration::Notifier> notifier_;
  std::map<std::string, std::vector<orchestration::JobRecord>> failed_steps_;  // by run
};

/// Runs the jobs at their times until a stop is requested. Throws WarehouseBusy where another
/// process does so for this data folder.
void schedule(const Config& config, const std::stop_token& stop);

}  // namespace cartograph::cli
