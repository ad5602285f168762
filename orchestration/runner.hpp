// One run of a job: its steps as a graph, each a process, those that do not need each other at the
// same time. For one executor's thread; what is given must outlive the run.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestration/gate.hpp"
#include "orchestration/job.hpp"
#include "orchestration/job_record.hpp"
#include "orchestration/process.hpp"

namespace cartograph::orchestration {

/// What a run needs of the world: processes, pauses, time. Tests have one of their own.
class World {
 public:
  virtual ~World() = default;
  virtual Instant now() = 0;
  /// Runs a command to its end, which comes early when the gate closes.
  virtual boost::asio::awaitable<ProcessEnd> run(ProcessCommand command, Gate& gate) = 0;
  /// Returns after that time, or when the gate closes.
  virtual boost::asio::awaitable<void> pause(std::chrono::milliseconds time, Gate& gate) = 0;
};

/// The real one.
class SystemWorld final : public World {
 public:
  Instant now() override;
  boost::asio::awaitable<ProcessEnd> run(ProcessCommand command, Gate& gate) override;
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time, Gate& gate) override;
};

/// How commands of steps become processes.
struct StepSettings {
  std::filesystem::path outputs;     // folder of what runs print: JOB/RUN/STEP.log
  std::filesystem::path program;     // this program's file, for commands that begin with cartograph
  std::vector<std::string> options;  // of this program, put behind the first word
  std::map<std::string, std::string> environment;  // of all commands
};

struct JobResult {
  JobRecord::Status status = JobRecord::Status::succeeded;
  int exit_status = 0;  // of the first step that failed for good, 1 where it did not exit by itself
  std::string text;     // "3 steps", or what failed
};

/// Told of each record as it comes.
using RecordSink = std::function<void(const JobRecord&)>;

/// An id for a run of a job, which sorts by time.
std::string make_job_run_id(Instant now);

/// Runs `job`. `time` is the time of its schedule that the run stands for, if any. A step that ends
/// with exit status 3 or 4, or times out, is tried again as its job says; any other failure is
/// final, and what needs it is left out. When the gate closes nothing more begins, and steps at
/// work are ended.
boost::asio::awaitable<JobResult> run_job(const Job& job, std::string run,
                                          std::optional<Instant> time, const StepSettings& settings,
                                          World& world, Gate& gate, RecordSink sink);

}  // namespace cartograph::orchestration
