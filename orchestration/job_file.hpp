// Job files: TOML, a file a job, which is called as the file is. docs/orchestration.md says what
// one may hold. Pure but for the reading of files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "orchestration/job.hpp"

namespace cartograph::orchestration {

/// The job `name` that `text` describes. Throws UsageError with `source`, line and column: for what
/// is no TOML, an unknown key (with the nearest known one), a value that does not fit, a schedule
/// that is none, and steps that need one that there is not, or each other in a circle.
Job parse_job(const std::string& name, const std::string& source, std::string_view text,
              const std::string& default_timezone);

/// The jobs that are built in, and those of `folder`/*.toml, by name; a file there stands for the
/// built-in job of its name. A folder that is not there has none. Throws UsageError likewise, and
/// where a file cannot be read.
std::vector<Job> load_jobs(const std::filesystem::path& folder,
                           const std::string& default_timezone);

/// The job of that name. Throws NotFound that names the nearest one.
const Job& find_job(const std::vector<Job>& jobs, std::string_view name);

/// "90 s", "45m", "2h", "7 days", as a job file may say it. Throws std::invalid_argument.
std::chrono::milliseconds parse_duration(std::string_view text);

}  // namespace cartograph::orchestration
