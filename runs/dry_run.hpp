// A run up to its publication, which is left out: what it would read, reject and change. For who
// tries a new export. Nothing of it stays: neither in the warehouse nor in the data folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

struct DryRun {
  struct File {
    std::string source_file;
    std::int64_t rows_read = 0;
    std::int64_t rows_rejected = 0;
  };
  struct DayChange {
    Day date;
    std::optional<Money> net_revenue_before;  // nothing where the day was not there
    std::optional<Money> net_revenue_after;
  };

  std::vector<File> files;  // that are new, in order of pickup
  RunOutcome outcome;       // what the run would have told
  std::string failure;      // why it would have failed, as it would say; empty where it would not
  std::int64_t orders_new = 0;
  std::int64_t orders_changed = 0;
  std::int64_t orders = 0;      // afterwards
  std::vector<DayChange> days;  // whose figures would be others
  Money net_revenue_before;
  Money net_revenue_after;
};

/// Throws as run() does, but for checks that fail. Where nothing has been published yet, the run
/// takes place in an embedded warehouse that goes with it, whatever the warehouse is. Throws Error
/// where the schema has to be brought up to date first.
DryRun dry_run(const RunSettings& settings, RunObserver& observer);

}  // namespace cartograph::runs
