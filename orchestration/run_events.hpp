// Which events a run is worth: made of what the run log has of it. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "orchestration/event.hpp"

namespace cartograph::orchestration {

struct FailedCheck {
  std::string check, table, severity, expected, observed;
  std::int64_t failing_rows = 0;
};

struct RejectedRows {
  std::string feed, reasons;
  std::int64_t rows = 0;
};

struct OpenAlert {
  std::string sku, product_name;  // without a name: empty
  std::string opened_on;
  std::int64_t available = 0, reorder_point = 0, shortfall = 0;

  /// By what an alert is known again.
  std::string key() const { return sku + "\n" + opened_on; }
};

/// A table that a run has written.
struct WrittenTable {
  std::string name;
  std::int64_t rows = 0;  // that it wrote there
};

/// A run that has published or failed, and what there is to say of it.
struct EndedRun {
  std::string run_id;
  std::string command;  // run or rebuild
  bool is_published = false;
  Instant started_at, ended_at;
  std::int64_t files = 0, rows_read = 0, rows_staged = 0, rows_quarantined = 0;
  std::string error;  // where it failed
  std::vector<FailedCheck> failed_checks;
  std::vector<RejectedRows> rejected;  // the commonest reasons
  std::vector<std::string> landed_files;
  std::vector<WrittenTable> tables;
};

/// publish or failure, then failed_check where a check has failed.
std::vector<Event> events_of(const EndedRun& run);

/// alert_opened, of alerts that `run` has opened, which are some.
Event alert_event(const EndedRun& run, const std::vector<OpenAlert>& opened);

/// failure, of a run of which the run log may know nothing. `why` is cut at its first line: what
/// follows may be values of rows.
Event failure_event(std::string_view command, std::string_view run_id, Instant at,
                    std::string_view why);

}  // namespace cartograph::orchestration
