// The main job: pick up, stage, transform, check, publish. Also the rebuild, which is the same with
// another source and everything marked as changed. A run is a row of run_log; what it leaves when
// it fails, is stopped or killed is the published state as it was.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "contracts/field.hpp"
#include "ingestion/settled_files.hpp"
#include "quality/checks.hpp"
#include "runs/observer.hpp"
#include "runs/rejected_files.hpp"
#include "runs/run_log.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

/// Where the rows come from: a run takes what is new in the landing folder, a rebuild what is
/// staged already, or what the lake holds.
enum class Source { landing, staging, lake };

/// How often a run is tried when what failed may pass by itself, such as a lost connection.
struct RetryPolicy {
  int attempts_max = 3;
  std::chrono::milliseconds first_pause{2000};
  int pause_growth = 5;  // each pause is so many times the one before
};

struct RunSettings {
  std::filesystem::path landing;
  std::optional<ingestion::SettledFiles> settled;  // take these alone; nothing: whatever is there
  std::string warehouse_url;
  warehouse::Options engine;  // in its data folder lie lake, rejected rows and temporary files too
  std::string reporting_timezone = "UTC";
  std::string reporting_currency = "USD";
  std::shared_ptr<const contracts::Mappings> mappings;  // the shop's names and words; null: none
  contracts::Encoding landing_encoding = contracts::Encoding::utf_8;
  quality::Settings quality;
  RetryPolicy retries;
  std::stop_token stop;
};

struct RunOutcome {
  std::string run_id;
  RunStatus status = RunStatus::published;
  Counts counts;
  double seconds = 0;
  std::vector<quality::Result> checks;
  std::vector<std::string> warnings;         // of the landing folder and of its files
  std::vector<std::string> mappings;         // that were used, a feed each
  std::vector<RejectedFile> rejected_files;  // of which rows were rejected, but not whole
  std::filesystem::path lake;                // where its rows lie as Parquet
};

/// Returns what was published, or that there was nothing new. Each attempt is a run of its own in
/// run_log. Throws WarehouseBusy where another run has the warehouse, UsageError where the settings
/// do not fit it, and Error where the run failed: then run_log, run_steps and quality_results say
/// why, and the message names the rejected rows' file. Throws Stopped, which is such a failure,
/// where a stop came before the commit; and UnknownOutcome where a connection was lost in it and
/// the attempts after it could not ask.
RunOutcome run(const RunSettings& settings, Source source, RunObserver& observer);

}  // namespace cartograph::runs
