// report: what is published, as charts and pages.
#include <fmt/format.h>

#include <iostream>

#include "cli/commands.hpp"
#include "cli/mended_rows.hpp"
#include "cli/rereading.hpp"
#include "reports/report.hpp"

namespace cartograph::cli {
namespace {

struct Given {
  std::string out;
  std::string from;
  std::string to;
};

Day day_given(std::string_view option, const std::string& text) {
  const auto day = parse_day(text);
  if (!day) {
    throw UsageError(fmt::format("{}: '{}' is no day; write it as 2025-03-01", option, text));
  }
  return *day;
}

std::optional<reports::Range> range_given(const Given& given) {
  if (given.from.empty() && given.to.empty()) return std::nullopt;
  if (given.from.empty() || given.to.empty()) {
    throw UsageError("--from and --to: a range has both; without either it is the last 90 days");
  }
  const reports::Range range{day_given("--from", given.from), day_given("--to", given.to)};
  if (range.to < range.from) {
    throw UsageError(fmt::format("--to: {} is before --from, {}; name the earlier day first",
                                 given.to, given.from));
  }
  return range;
}

}  // namespace

reports::ReportSettings report_settings(const Config& config) {
  return {
      config.data / "reports",
      std::nullopt,
      std::nullopt,
      {config.reporting_currency, config.reporting_timezone, config.week_starts == "sunday" ? 1 : 0,
       config.fiscal_year_starts - 1, mark_mended(config)}};
}

void add_report(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("report", "Charts, report and run summary as files");
  const auto given = std::make_shared<Given>();
  command->add_option("--out", given->out, "Folder (default DATA/reports/LAST-DAY)")
      ->type_name("DIR");
  command->add_option("--from", given->from, "First day (default: the last 90 days of the data)");
  command->add_option("--to", given->to, "Last day");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      reports::ReportSettings settings = report_settings(config);
      settings.range = range_given(*given);
      if (!given->out.empty()) settings.out = given->out;
      const auto folder = reread_if_superseded(
          [&] { return reports::write_report(*open_warehouse(config)->reader(), settings); });
      std::cout << fmt::format("report {}\n", (folder / "report.html").string());
      return 0;
    };
  });
}

}  // namespace cartograph::cli
