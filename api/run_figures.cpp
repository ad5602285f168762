// A series a command and status; both come from the program, not from data.
#include "api/run_figures.hpp"

#include <fmt/format.h>

#include "answers/run_totals.hpp"

namespace cartograph::api {

std::string run_figures(warehouse::Reader& reader) {
  std::string runs =
      "# HELP cartograph_runs_total Runs in the run log.\n# TYPE cartograph_runs_total counter\n";
  std::string ended =
      "# HELP cartograph_run_last_end_timestamp_seconds When the last run of its kind ended.\n"
      "# TYPE cartograph_run_last_end_timestamp_seconds gauge\n";
  std::string rows =
      "# HELP cartograph_rows_total Rows that runs read, staged and rejected.\n"
      "# TYPE cartograph_rows_total counter\n";
  for (const auto& total : answers::ask<answers::RunTotals>(reader)) {
    const std::string labels =
        fmt::format("command=\"{}\",status=\"{}\"", total.command, total.status);
    runs += fmt::format("cartograph_runs_total{{{}}} {}\n", labels, total.runs);
    if (total.last_end) {
      ended += fmt::format("cartograph_run_last_end_timestamp_seconds{{{}}} {}\n", labels,
                           total.last_end->micros / kMicrosPerSecond);
    }
    for (const auto& [name, number] : {std::pair{"read", total.rows_read},
                                       {"staged", total.rows_staged},
                                       {"quarantined", total.rows_quarantined}}) {
      rows += fmt::format("cartograph_rows_total{{{},rows=\"{}\"}} {}\n", labels, name, number);
    }
  }
  return runs + ended + rows;
}

}  // namespace cartograph::api
