// tzdata.zi lists the names: in the folder itself lie also files that are no zones (posixrules,
// localtime, right/…), and cctz takes names of its own (Fixed/UTC+01:00:00).
#include "warehouse/time_zone.hpp"

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
#include <span>
#include <sstream>
#include <string_view>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace cartograph::warehouse {
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

std::string halved(std::span<const UtcOffset> offsets) {
  if (offsets.size() == 1) return fmt::format("{}", offsets[0].seconds_east);
  const std::size_t half = offsets.size() / 2;
  return fmt::format("case when instant < timestamptz '{}' then {} else {} end",
                     to_string(offsets[half].at), halved(offsets.first(half)),
                     halved(offsets.subspan(half)));
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

std::string seconds_east_sql(const TimeZone& zone) { return halved(zone.offsets); }

}  // namespace cartograph::warehouse
