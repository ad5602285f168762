// A change of time zone moves the days of all sales; a change of currency makes no sense of them.
#include "runs/warehouse_settings.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "runs/run.hpp"

namespace cartograph::runs {

void expect_known_timezone(warehouse::Connection& connection, const std::string& timezone) {
  try {
    connection.query(
        "select timezone(cast($1 as text), timestamp with time zone '2025-01-01 00:00:00+00')",
        {timezone});
  } catch (const TransientError&) {
    throw;
  } catch (const Stopped&) {
    throw;
  } catch (const Error&) {
    throw UsageError(fmt::format(
        "store.reporting_timezone: '{}' is no time zone that the warehouse knows; write an IANA "
        "name such as Europe/Berlin",
        timezone));
  }
}

bool settings_mean_rebuild(warehouse::Connection& connection, const RunSettings& settings) {
  if (!connection.has_table("settings")) return false;
  std::map<std::string, std::string> stored;
  for (const auto& row : connection.query("select name, value from settings").rows) {
    stored[*row[0]] = *row[1];
  }
  const auto currency = stored.find("reporting_currency");
  if (currency != stored.end() && currency->second != settings.reporting_currency) {
    throw UsageError(fmt::format(
        "this warehouse holds amounts in {}, but store.reporting_currency says {}; take back the "
        "change, or use another --data folder or --warehouse",
        currency->second, settings.reporting_currency));
  }
  const auto timezone = stored.find("reporting_timezone");
  return timezone != stored.end() && timezone->second != settings.reporting_timezone;
}

void write_settings(warehouse::Connection& connection, const RunSettings& settings) {
  connection.execute("delete from settings where name like 'reporting\\_%' escape '\\'");
  connection.query(
      "insert into settings values ('reporting_timezone', $1), ('reporting_currency', $2)",
      {settings.reporting_timezone, settings.reporting_currency});
}

}  // namespace cartograph::runs
