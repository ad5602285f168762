// The SQL that draws days in a time zone: every engine works with the zone's one table of changes,
// and none is asked what it thinks of a zone. Any thread.
#pragma once

#include <string>

#include "base/time_zone.hpp"

namespace cartograph::warehouse {

/// An expression in the SQL of all engines: the seconds that local time is ahead of UTC at the
/// timestamptz `instant`, by as many comparisons as it takes to halve the table down to one row.
std::string seconds_east_sql(const TimeZone& zone);

}  // namespace cartograph::warehouse
