// The main job: pick up, stage, transform, check, publish. Also the rebuild, which is the same with
// everything marked as changed. One call is one run, with one row in run_log; what it leaves when
// it fails, or is killed, is the published state as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/config.hpp"
#include "quality/checks.hpp"
#include "warehouse/migrations.hpp"

namespace cartograph::cli {

enum class Source { landing, staging, lake };

struct JobOptions {
  std::string command;              // as it is written to run_log
  Source source = Source::landing;  // landing: a run; the others: a rebuild from there
  bool accept_rejects = false;
};

struct RunOutcome {
  std::string run_id;
  std::string status;  // published or nothing_new
  std::int64_t files = 0;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
  double seconds = 0;
  std::vector<quality::Result> checks;
  std::filesystem::path lake;  // where its rows lie as Parquet
};

/// Brings the schema up to date: staging tables by the contracts, then the migrations; returns
/// those that were applied.
std::vector<warehouse::Migration> update_schema(warehouse::Writer& writer, std::string_view engine,
                                                const Config& config);

/// What may pass by itself (a lost connection) is tried again a few times, each a run of its own.
/// Throws WarehouseBusy where another run has the warehouse, and Error where the run failed: then
/// run_log, run_steps and quality_results say why, and the message names the rejected rows' file.
RunOutcome run_job(const Config& config, const JobOptions& options);

}  // namespace cartograph::cli
