// What a run writes about itself: run_log, run_steps and quality_results. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "quality/checks.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

struct Counts {
  std::int64_t files = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
};

class RunLog {
 public:
  explicit RunLog(warehouse::RunMark mark) : mark_(std::move(mark)) {}

  const std::string& run_id() const { return mark_.run_id; }

  /// Runs `body`, which returns the rows it wrote, and remembers how long it took.
  void step(std::string_view name, const std::function<std::int64_t()>& body);
  /// Keeps a warning in the detail of the step that was run last.
  void warn(const std::string& warning);
  void keep(std::vector<quality::Result> results) { results_ = std::move(results); }
  const std::vector<quality::Result>& results() const { return results_; }

  /// Writes the run's row alone, in the place of the one that is there: running, nothing_new.
  void write_run(warehouse::Connection& connection, std::string_view status, const Counts& counts,
                 const std::string& error) const;
  /// Writes the run's row, its steps and its checks.
  void write_all(warehouse::Connection& connection, std::string_view status, const Counts& counts,
                 const std::string& error) const;

 private:
  struct Step {
    std::string name;
    Instant started_at;
    std::int64_t duration_ms = 0;
    std::int64_t rows = 0;
    std::string status;
    std::string detail;
  };

  warehouse::RunMark mark_;
  std::vector<Step> steps_;
  std::vector<quality::Result> results_;
};

/// Writes the rows of runs that ended without writing one; of `known_run_id` with the reason.
void write_abandoned_runs(warehouse::Connection& connection,
                          const std::vector<warehouse::RunMark>& marks,
                          const std::string& known_run_id = "", const std::string& reason = "");

}  // namespace cartograph::cli
