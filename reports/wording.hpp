// How figures and days are written in reports: as reports/figures.js writes them, for what is
// written without a script. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/money.hpp"
#include "reports/published_store.hpp"

namespace cartograph::reports {

/// "€1,234.50", "−$0.05", "CHF 12.00".
std::string money_text(Money amount, std::string_view currency);
/// "1,234".
std::string count_text(std::int64_t number);
/// "5.3 %" of 0.053.
std::string rate_text(double rate, int decimals = 1);
/// "+1.2 points", "−0.5 points" of 0.012 and −0.005: a change of a rate.
std::string points_text(double change);
/// "3 Mar 2025", "Mar 2025".
std::string day_text(Day day);
std::string month_text(Day day);
/// "1 Jan – 30 Jan 2025": the year once where both have it.
std::string range_text(const Range& range);
/// "1 order", "2 orders".
std::string counted_text(std::int64_t number, std::string_view one, std::string_view many);

/// `text` as HTML.
std::string html_text(std::string_view text);
/// `text` as a cell of a Markdown table: on one line, its markup shown and not meant.
std::string markdown_text(std::string_view text);

}  // namespace cartograph::reports
