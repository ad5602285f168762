// report.html: one file that needs no network, with the charts inline and their tables beneath.
// Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "answers/summary.hpp"
#include "reports/chart.hpp"
#include "reports/section.hpp"

namespace cartograph::reports {

struct PageContent {
  const PublishedStore& store;
  Range range;
  std::vector<answers::SummaryRow> summary;  // against the range before, where there is one
  std::vector<Chart> charts;
  std::vector<Section> run;
};

std::string report_page(const PageContent& content);

/// A whole page with this title and the looks of reports/report.css around `body`, which is HTML.
std::string html_page(std::string_view title, std::string_view body);

/// "Figures as of 31 Mar 2025 · USD · days in UTC · run …": what every page says of its figures.
std::string provenance(const PublishedStore& store);

}  // namespace cartograph::reports
