// A time zone of the IANA tz database with its table of changes, and times of its wall clocks. The
// table is that of the machine's tzdata, read by cctz. All functions may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"

namespace cartograph {

/// From `at` on, local time is `seconds_east` ahead of UTC.
struct UtcOffset {
  Instant at;
  std::int32_t seconds_east = 0;
  friend constexpr bool operator==(UtcOffset, UtcOffset) = default;
};

/// A zone's table begins before any instant that a feed may hold (1970, written with an offset of
/// up to a day) and has all changes before the end. Its last offset goes on for ever.
inline constexpr Instant kZonesBegin{day_of(1969, 12, 31)->start_utc()};
inline constexpr Instant kZonesEnd{day_of(2102, 1, 1)->start_utc()};

/// UTC, unless load_time_zone() made it.
struct TimeZone {
  std::string name = "UTC";
  std::string version;  // of tzdata, "2025b"; empty for UTC, which needs none
  std::vector<UtcOffset> offsets = {
      {kZonesBegin, 0}};  // in order, each another than the one before
};

/// The names that a zone may have, sorted: zones and links of tzdata but for Factory, which stands
/// for a machine whose zone nobody has set. Throws Error where there is no tzdata.
std::vector<std::string> time_zone_names();

/// The zone by tzdata in TZDIR, else in /usr/share/zoneinfo. Throws UsageError naming the nearest
/// name where there is no such zone, and Error where tzdata is not there or lacks its file. A
/// process reads a zone's file once.
TimeZone load_time_zone(const std::string& name);

/// 32 hexadecimal digits, equal for zones that give every instant the same local time.
std::string rules_hash(const TimeZone& zone);

/// What a clock on a wall shows.
struct LocalTime {
  Day day;
  std::int64_t micros = 0;  // since midnight, as the clock shows them: less than kMicrosPerDay
  friend constexpr auto operator<=>(LocalTime, LocalTime) = default;
};

/// What clocks of the zone show at `instant`.
LocalTime local_time(const TimeZone& zone, Instant instant);

/// How often clocks of a zone show a time: a change may pass it over, or bring it twice.
enum class Occurrence { unique, skipped, repeated };

/// When clocks show a time: once at `first`, which is `last` too; twice, at `first` and `last`; or
/// never, and both are the change that passes it over.
struct LocalLookup {
  Occurrence occurrence = Occurrence::unique;
  Instant first;
  Instant last;
};
LocalLookup look_up(const TimeZone& zone, LocalTime time);

}  // namespace cartograph
