// One attempt of a run: the order of its steps, its publication and its failure.
//   take the warehouse; settle what earlier runs left; bring the schema up to date;
//   decode new files into the pending lake (nothing of the warehouse is touched);
//   in one transaction: stage, models, checks, log; commit; publish; then move the lake's files.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "ingestion/lake.hpp"
#include "ingestion/landing.hpp"
#include "runs/pickup.hpp"
#include "runs/run.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

class Attempt {
 public:
  /// An attempt before this one, whose failure may have passed.
  struct Earlier {
    RunOutcome outcome;  // if it has published after all
    std::string error;
  };

  /// All have to outlive it.
  Attempt(const RunSettings& settings, Source source, RunObserver& observer,
          const std::optional<Earlier>& earlier);

  /// Runs once, or returns the outcome of the earlier attempt where that has published after all.
  /// Throws as run() does, and TransientError where trying again may help.
  RunOutcome run();

  /// Whether the warehouse may know of this run.
  bool has_begun() const { return stand_ != Stand::before; }
  RunOutcome outcome(RunStatus status) const;

 private:
  // How far the run has come with the warehouse.
  enum class Stand { before, begun, in_transaction, committing, committed };

  void take_warehouse();
  void list_landing();
  void expect_something_to_rebuild();
  void settle();
  bool work();
  void stage_new_rows();
  void publish();
  void move_into_lake();

  [[noreturn]] void fail(const std::exception& error);
  std::string write_failure(const std::exception& error, bool is_transient);

  const RunSettings& settings_;
  const Source source_;
  RunObserver& observer_;
  const std::optional<Earlier>& earlier_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const warehouse::RunMark mark_;
  RunLog log_;
  ingestion::Lake lake_;
  Pickup pickup_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::unique_ptr<warehouse::Writer> writer_;
  std::string warehouse_id_;
  ingestion::Listing listing_;
  std::exception_ptr unlisted_;  // why there is no listing
  Stand stand_ = Stand::before;
};

}  // namespace cartograph::runs
