// What a run writes about itself: run_log, run_steps and quality_results. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "quality/checks.hpp"
#include "runs/journal.hpp"
#include "runs/observer.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

/// How a run stands, or ended.
enum class RunStatus { running, published, nothing_new, failed };

/// As it stands in run_log.
std::string_view name(RunStatus status);

struct Counts {
  std::int64_t files = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
};

class RunLog {
 public:
  RunLog(RunMark mark, RunObserver& observer) : mark_(std::move(mark)), observer_(observer) {}

  const std::string& run_id() const { return mark_.run_id; }

  /// Runs `body`, which returns the rows it wrote; keeps how long it took and tells the observer.
  void step(std::string_view name, const std::function<std::int64_t()>& body);
  /// Keeps a warning in the detail of the step that was run last, a line each, and tells the
  /// observer.
  void warn(const std::string& warning);
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Keeps there what is no warning.
  void note(const std::string& text);
  void keep(std::vector<quality::Result> results) { results_ = std::move(results); }
  const std::vector<quality::Result>& results() const { return results_; }

  /// Writes the run's row alone, in the place of the one that is there: running, nothing_new.
  void write_run(warehouse::Connection& connection, RunStatus status, const Counts& counts,
                 const std::string& error) const;
  /// Writes the run's row, its steps and its checks.
  void write_all(warehouse::Connection& connection, RunStatus status, const Counts& counts,
                 const std::string& error) const;

 private:
  RunMark mark_;
  RunObserver& observer_;
  std::vector<StepResult> steps_;
  std::vector<quality::Result> results_;
  std::vector<std::string> warnings_;
};

/// Whether the run log has this run as published.
bool is_published(warehouse::Connection& connection, const std::string& run_id);

}  // namespace cartograph::runs
