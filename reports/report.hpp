// A published run as a folder of files for people: charts as SVG and PNG, pages, summaries. The
// folder appears whole or not at all. Thread-safe; the reader is used by one thread.
#pragma once

#include <filesystem>
#include <optional>

#include "reports/published_store.hpp"

namespace cartograph::reports {

struct ReportSettings {
  std::filesystem::path reports;             // a folder a report, and the link `latest`
  std::optional<std::filesystem::path> out;  // instead: this folder, without a link
  std::optional<Range> range;                // else the last kDaysShown days of the data
  StoreSettings store;
};

inline constexpr std::int32_t kDaysShown = 90;

/// Writes the report of what `reader` sees and returns its folder: `out`, or below `reports` the
/// last day of the data, "empty" without any sale. A report that is there already is replaced.
/// Throws UsageError where `out` is a folder with something else in it, and Error where a file
/// cannot be written; then what was there before is as it was.
std::filesystem::path write_report(warehouse::Reader& reader, const ReportSettings& settings);

}  // namespace cartograph::reports
