// tzdata.zi lists the names: in the folder itself lie also files that are no zones (posixrules,
// localtime, right/…), and cctz takes names of its own (Fixed/UTC+01:00:00).
#include "base/time_zone.hpp"

#define XXH_INLINE_ALL
#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace cartograph {
namespace {

using Seconds = cctz::time_point<cctz::seconds>;

struct Tzdata {
  std::filesystem::path folder;
  std::string version;
  std::vector<std::string> names;
};

Tzdata read_tzdata() {
  const char* folder = std::getenv("TZDIR");
  const bool is_named = folder != nullptr && *folder != '\0';
  Tzdata tzdata{is_named ? folder : "/usr/share/zoneinfo", "", {}};
  const std::filesystem::path path = tzdata.folder / "tzdata.zi";
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string kind, first, second;
    words >> kind >> first >> second;
    if (kind == "#" && first == "version") tzdata.version = second;
    if (kind == "Z" && first != "Factory") tzdata.names.push_back(first);
    if (kind == "L") tzdata.names.push_back(second);
  }
  if (tzdata.names.empty() || tzdata.version.empty()) {
    throw Error(
        fmt::format("cannot read the time zones in {}; install the package tzdata, or let TZDIR "
                    "name the folder that has tzdata.zi",
                    path.string()));
  }
  std::sort(tzdata.names.begin(), tzdata.names.end());
  return tzdata;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
  const auto same_letters = std::find_if(names.begin(), names.end(), [&](const auto& known) {
    return lower_case(known) == lower_case(name);
  });
  return same_letters != names.end() ? *same_letters : nearest(name, names);
}

std::vector<UtcOffset> offsets_of(const cctz::time_zone& zone) {
  Seconds at{cctz::seconds{kZonesBegin.micros / kMicrosPerSecond}};
  const Seconds end{cctz::seconds{kZonesEnd.micros / kMicrosPerSecond}};
  std::vector<UtcOffset> offsets{{kZonesBegin, zone.lookup(at).offset}};
  cctz::time_zone::civil_transition change;
  while (zone.next_transition(at, &change)) {
    at = zone.lookup(change.to).trans;
    if (at >= end) break;
    // A change may be one of the abbreviation alone.
    const int seconds_east = zone.lookup(at).offset;
    if (seconds_east == offsets.back().seconds_east) continue;
    offsets.push_back({{at.time_since_epoch().count() * kMicrosPerSecond}, seconds_east});
  }
  return offsets;
}

std::size_t index_at(const TimeZone& zone, Instant instant) {
  const auto after =
      std::upper_bound(zone.offsets.begin() + 1, zone.offsets.end(), instant,
                       [](Instant left, const UtcOffset& right) { return left < right.at; });
  return static_cast<std::size_t>(after - zone.offsets.begin()) - 1;
}

}  // namespace

std::vector<std::string> time_zone_names() { return read_tzdata().names; }

TimeZone load_time_zone(const std::string& name) {
  if (name == TimeZone{}.name) return {};
  const Tzdata tzdata = read_tzdata();
  if (!std::binary_search(tzdata.names.begin(), tzdata.names.end(), name)) {
    throw UsageError(fmt::format(
        "'{}' is no time zone; the nearest name of the IANA tz database is {} (abbreviations "
        "such as PST and offsets such as UTC+3 are none)",
        name, nearest_name(name, tzdata.names)));
  }
  cctz::time_zone zone;
  if (!cctz::load_time_zone(name, &zone)) {
    throw Error(fmt::format(
        "cannot read the time zone {} in {}, though tzdata.zi there lists it; install the package "
        "tzdata again, on newer systems also tzdata-legacy",
        name, tzdata.folder.string()));
  }
  return {name, tzdata.version, offsets_of(zone)};
}

std::string rules_hash(const TimeZone& zone) {
  std::string text;
  for (const UtcOffset& offset : zone.offsets) {
    text += fmt::format("{} {}\n", to_string(offset.at), offset.seconds_east);
  }
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

LocalTime local_time(const TimeZone& zone, Instant instant) {
  const std::int64_t micros =
      instant.micros + zone.offsets[index_at(zone, instant)].seconds_east * kMicrosPerSecond;
  const Day day = utc_day({micros});
  return {day, micros - day.start_utc().micros};
}

// The offset at an instant is that of the time's own, or one of the two beside it: changes are
// further apart than offsets are large.
LocalLookup look_up(const TimeZone& zone, LocalTime time) {
  const std::int64_t shown = time.day.start_utc().micros + time.micros;
  std::vector<Instant> found;
  const std::size_t near = index_at(zone, {shown});
  const std::size_t begin = near < 2 ? 0 : near - 2;
  const std::size_t end = std::min(near + 3, zone.offsets.size());
  Instant passed_over;
  for (std::size_t i = begin; i < end; ++i) {
    const Instant instant{shown - zone.offsets[i].seconds_east * kMicrosPerSecond};
    if (index_at(zone, instant) == i) found.push_back(instant);
    // By the offset after the change it lies before it.
    if (i > 0 && instant < zone.offsets[i].at &&
        shown - zone.offsets[i - 1].seconds_east * kMicrosPerSecond >= zone.offsets[i].at.micros) {
      passed_over = zone.offsets[i].at;
    }
  }
  if (found.empty()) return {Occurrence::skipped, passed_over, passed_over};
  return {found.size() == 1 ? Occurrence::unique : Occurrence::repeated, found.front(),
          found.back()};
}

}  // namespace cartograph
