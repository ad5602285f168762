// Other rules of the time zone move the days of all sales; another currency makes no sense of them.
#include "runs/warehouse_settings.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

namespace {

constexpr const char* kZone = "reporting_timezone";
constexpr const char* kZoneVersion = "reporting_timezone_version";
constexpr const char* kZoneRules = "reporting_timezone_rules";
constexpr const char* kCurrency = "reporting_currency";

using Stored = std::map<std::string, std::string>;

void expect_same_currency(const Stored& stored, const std::string& currency) {
  const auto found = stored.find(kCurrency);
  if (found == stored.end() || found->second == currency) return;
  throw UsageError(fmt::format(
      "this warehouse holds amounts in {}, but store.reporting_currency says {}; take back the "
      "change, or use another --data folder or --warehouse",
      found->second, currency));
}

std::optional<std::string> reason_of_days(Stored& stored, const TimeZone& zone) {
  if (!stored.contains(kZone)) return std::nullopt;
  const std::string& name = stored[kZone];
  std::string& rules = stored[kZoneRules];
  // A warehouse that an earlier version has made knows only the name; UTC has no other rules.
  if (rules.empty() && name == TimeZone{}.name) {
    rules = rules_hash(TimeZone{});
  }
  if (rules == rules_hash(zone)) return std::nullopt;
  if (name != zone.name) {
    return fmt::format("the reporting time zone has changed from {} to {}", name, zone.name);
  }
  if (rules.empty()) {
    return fmt::format("it is not known by which rules of {} the days were made", name);
  }
  return fmt::format("the rules of the reporting time zone {} have changed (tzdata {}, before {})",
                     name, zone.version, stored[kZoneVersion]);
}

}  // namespace

TimeZone reporting_timezone(const RunSettings& settings) {
  try {
    return load_time_zone(settings.reporting_timezone);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("store.reporting_timezone: {}", error.what()));
  }
}

std::optional<std::string> reason_to_rebuild(warehouse::Connection& connection,
                                             const RunSettings& settings, const TimeZone& zone) {
  if (!connection.has_table("settings")) return std::nullopt;
  Stored stored;
  for (const auto& row : connection.query("select name, value from settings").rows) {
    stored[*row[0]] = *row[1];
  }
  expect_same_currency(stored, settings.reporting_currency);
  return reason_of_days(stored, zone);
}

void write_settings(warehouse::Connection& connection, const RunSettings& settings,
                    const TimeZone& zone) {
  connection.execute("delete from settings where name like 'reporting\\_%' escape '\\'");
  for (const auto& [name, value] : Stored{{kZone, zone.name},
                                          {kZoneVersion, zone.version},
                                          {kZoneRules, rules_hash(zone)},
                                          {kCurrency, settings.reporting_currency}}) {
    connection.query("insert into settings values ($1, $2)", {name, value});
  }
}

}  // namespace cartograph::runs
