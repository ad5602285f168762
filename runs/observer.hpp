// What a run tells while it works. The command line draws bars and writes log lines of it; a test
// may stop the run at a step, or look at the warehouse there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace cartograph::runs {

/// What became of a step: a row of run_steps.
struct StepResult {
  std::string name;
  Instant started_at;
  std::int64_t duration_ms = 0;
  std::int64_t rows = 0;  // that it wrote
  bool failed = false;
  std::string detail;  // why it failed; else its warnings
};

/// Told in the thread of the run, but for progress(). What a call throws fails the run.
class RunObserver {
 public:
  virtual ~RunObserver() = default;

  /// A run begins; each attempt of one that is tried again is a run of its own.
  virtual void starts(std::string_view /*run_id*/) {}
  /// A step begins: settle, discover, decode, stage, a model by its name, check, commit, publish.
  virtual void begins(std::string_view /*step*/) {}
  /// A step that goes into run_steps has ended, well or not.
  virtual void ended(const StepResult& /*step*/) {}
  /// How far the run has come in `phase`. Comes from any thread, and often.
  virtual void progress(std::string_view /*phase*/, std::int64_t /*done*/, std::int64_t /*all*/) {}
  /// What a user may like to know, and what a user should know.
  virtual void note(std::string_view /*text*/) {}
  virtual void warning(std::string_view /*text*/) {}
};

}  // namespace cartograph::runs
