// What a warehouse is built with: the reporting time zone and currency, as its table `settings` has
// them. All that decides whether a run's settings fit a warehouse is here.
#pragma once

#include <string>

#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

struct RunSettings;

/// Throws UsageError where the warehouse does not know the time zone.
void expect_known_timezone(warehouse::Connection& connection, const std::string& timezone);

/// Whether the settings mean that everything has to be built anew: the time zone has changed.
/// Throws UsageError where they cannot fit: amounts are not converted into another currency.
bool settings_mean_rebuild(warehouse::Connection& connection, const RunSettings& settings);

/// Records what the tables are built with from now on.
void write_settings(warehouse::Connection& connection, const RunSettings& settings);

}  // namespace cartograph::runs
