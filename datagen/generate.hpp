// Fabricates a store's history as it would land, day after day: equal options give equal bytes on
// every machine. What happens on a day (UTC) lands on that day's date; the story ends with the last
// landing date, whatever is still open. Amounts are in USD.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/instant.hpp"
#include "datagen/summary.hpp"

namespace cartograph::datagen {

struct StoreOptions {
  std::filesystem::path out;     // becomes a landing folder; not there yet, or empty
  int days = 90;                 // landing dates
  std::int64_t orders = 20'000;  // created over all days
  std::uint64_t seed = 1;
  double noise = 0;  // bad rows for a good one, 0 to 1, in millionths
  Day start = *day_of(2025, 1, 1);
};

/// Told how many of how many days are written; what it throws ends the work.
using DaysWritten = std::function<void(std::int64_t done, std::int64_t all)>;

/// Writes the store below `options.out`. In memory are open orders, and of each customer and order
/// a few bytes.
/// Throws UsageError where an option cannot be, nothing written; Error where writing fails: then
/// the folder holds the days before.
StoreSummary generate(const StoreOptions& options, const DaysWritten& days_written = {});

}  // namespace cartograph::datagen
