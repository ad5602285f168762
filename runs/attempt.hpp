// One attempt of a run: the order of its steps, its publication and its failure.
//   take the warehouse; settle what earlier runs left; bring the schema up to date;
//   decode new files into the pending lake (nothing of the warehouse is touched);
//   in one transaction: move the files into the lake and stage them, models, checks, log; commit;
//   publish.
// Until it commits, a stop interrupts it wherever it is.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/time_zone.hpp"
#include "ingestion/lake.hpp"
#include "ingestion/landing.hpp"
#include "runs/journal.hpp"
#include "runs/pickup.hpp"
#include "runs/run.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

class Attempt {
 public:
  /// All have to outlive it. `unsure` is the outcome of an earlier attempt of which it is not known
  /// whether it was committed, if it was.
  Attempt(const RunSettings& settings, Source source, RunObserver& observer,
          std::optional<RunOutcome>& unsure);

  /// Runs once, or returns the outcome of the earlier attempt where that has published after all.
  /// Throws as run() does, and TransientError where trying again may help. What it finds out about
  /// the earlier attempt, or leaves unknown about itself, is in `unsure` afterwards.
  RunOutcome run();

 private:
  // How far the run has come with the warehouse.
  enum class Stand { settling, begun, in_transaction, committing, committed };
  using OnStop = std::stop_callback<std::function<void()>>;

  void take_warehouse();
  void list_landing();
  void expect_something_to_rebuild();
  void settle();
  bool has_published_before();
  bool work();
  void stage_new_rows();
  void publish();
  void settle_files();

  RunOutcome outcome(RunStatus status) const;
  [[noreturn]] void fail(const std::exception& error);
  std::string note_early_stop();
  std::string note_failure(const std::string& why);
  std::string write_failure(const std::string& why, bool keeps_rejects);

  const RunSettings& settings_;
  const Source source_;
  RunObserver& observer_;
  std::optional<RunOutcome>& unsure_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const RunMark mark_;
  RunLog log_;
  ingestion::Lake lake_;
  Pickup pickup_;
  TimeZone zone_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::optional<Journal> journal_;
  std::unique_ptr<warehouse::Writer> writer_;
  std::optional<OnStop> on_stop_;
  std::string warehouse_id_;
  ingestion::Listing listing_;
  std::exception_ptr unlisted_;  // why there is no listing
  Stand stand_ = Stand::settling;
  std::optional<std::string> reason_to_rebuild_;
};

}  // namespace cartograph::runs
