// What each chart of a report is drawn from: answers of one published run, as the API gives them.
#pragma once

#include <string>
#include <vector>

#include "reports/published_store.hpp"

namespace cartograph::reports {

/// A chart of reports/*_chart.js with what it is given.
struct ChartCall {
  std::string name;      // as it is registered; also that of its files
  std::string answers;   // JSON: {role: answer}
  std::string settings;  // JSON
};

inline constexpr int kChartWidth = 900;

/// The charts of `range`, in the order of a report.
std::vector<ChartCall> chart_calls(warehouse::Reader& reader, const PublishedStore& store,
                                   const Range& range);

}  // namespace cartograph::reports
