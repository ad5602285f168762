// What a warehouse is built with: the reporting time zone and currency, as its table `settings` has
// them. All that decides whether a run's settings fit a warehouse is here.
#pragma once

#include <optional>
#include <string>

#include "base/time_zone.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::runs {

struct RunSettings;

/// The settings' time zone. Throws UsageError naming the key where there is none of this name, and
/// as load_time_zone() does.
TimeZone reporting_timezone(const RunSettings& settings);

/// Why everything has to be built anew: by the rules of `zone` days may be others than those that
/// the warehouse has. Throws UsageError where the settings cannot fit it: amounts are not converted
/// into another currency.
std::optional<std::string> reason_to_rebuild(warehouse::Connection& connection,
                                             const RunSettings& settings, const TimeZone& zone);

/// Records what the tables are built with from now on.
void write_settings(warehouse::Connection& connection, const RunSettings& settings,
                    const TimeZone& zone);

}  // namespace cartograph::runs
