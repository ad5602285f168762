// A job as its file describes it: when it runs, and which steps in which order. Values that do not
// change once they are read.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "orchestration/cron.hpp"

namespace cartograph::orchestration {

/// Exit statuses after which the same command may succeed: another run holds the warehouse, and it
/// is not known whether the run was published.
inline constexpr int kExitBusy = 3;
inline constexpr int kExitUnknownOutcome = 4;

/// How often, and after which pause, a step is tried again that failed by what may pass.
struct Retries {
  int count = 3;
  std::chrono::milliseconds pause{30'000};  // before the first, doubled for each further one
  std::chrono::milliseconds pause_max{600'000};
};

struct Step {
  std::string name;
  std::vector<std::string> command;  // where the first word is `cartograph`, this program
  std::vector<std::size_t> needs;    // steps that have to succeed before, by index
  std::chrono::milliseconds timeout{3'600'000};
  std::chrono::milliseconds grace{30'000};  // from SIGTERM to SIGKILL
  Retries retries;
};

/// What becomes of times that passed while nobody could run the job.
enum class Missed { skip, once };

struct Job {
  std::string name;
  std::string description;
  std::string source;  // the file that it was read from
  bool is_enabled = true;
  Cron schedule{"@daily"};
  TimeZone zone;
  Missed missed = Missed::once;
  std::chrono::milliseconds catch_up_within{12 * 3'600'000};
  std::chrono::milliseconds overdue_after{2 * 3'600'000};  // a time without success
  std::size_t parallel = 2;                                // steps at the same time
  std::vector<Step> steps;                                 // in the order of the file

  const Step* step(std::string_view step_name) const;
};

}  // namespace cartograph::orchestration
