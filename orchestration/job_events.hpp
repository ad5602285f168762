// What there is to tell of jobs: one that has failed, and one that is overdue. Pure functions.
#pragma once

#include <vector>

#include "orchestration/event.hpp"
#include "orchestration/job_record.hpp"

namespace cartograph::orchestration {

/// failure, of a job's run that `ended` records, with its steps that failed and the last lines of
/// what they printed.
Event job_failure_event(const JobRecord& ended, const std::vector<JobRecord>& failed_steps);

/// overdue.
Event overdue_event(const Overdue& overdue, Instant at);

}  // namespace cartograph::orchestration
