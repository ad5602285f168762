// ECharts asks for little of a browser: a global object, and timers that it never needs here.
#include "reports/chart.hpp"

#include <boost/json.hpp>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::reports {
namespace {

constexpr std::string_view kBefore =
    "var global = this; function setTimeout() { return 0; } function clearTimeout() {}";
constexpr std::string_view kAfter =
    "function page(name, answers, settings) {\n"
    "  return JSON.stringify(CartographCharts.page(\n"
    "    echarts, name, JSON.parse(answers), JSON.parse(settings)));\n"
    "}";

constexpr std::string_view kFirst[] = {"node_modules/echarts/dist/echarts.min.js",
                                       "reports/figures.js", "reports/chart_parts.js",
                                       "reports/charts.js", "reports/over_time.js"};

std::string_view text_of(std::string_view path) {
  for (const EmbeddedFile& file : all_embedded_files()) {
    if (file.path == path) return file.text;
  }
  throw Error(std::string(path) + " is not part of the program");
}

std::string text(const boost::json::value& object, std::string_view name) {
  return boost::json::value_to<std::string>(object.at(name));
}

}  // namespace

ChartScript::ChartScript() {
  script_.run("before", kBefore);
  for (const std::string_view path : kFirst) script_.run(path, text_of(path));
  for (const EmbeddedFile& file : embedded_files("reports")) {
    if (file.path.ends_with("_chart.js")) script_.run(file.path, file.text);
  }
  script_.run("after", kAfter);
}

Chart ChartScript::draw(const ChartCall& call) {
  const auto drawn =
      boost::json::parse(script_.call("page", {call.name, call.answers, call.settings}));
  Chart chart{call.name,
              text(drawn, "svg"),
              text(drawn, "title"),
              text(drawn, "subtitle"),
              text(drawn, "sentence"),
              {},
              {}};
  for (const auto& column : drawn.at("columns").as_array()) {
    chart.columns.push_back({text(column, "name"), column.at("is_number").as_bool()});
  }
  for (const auto& row : drawn.at("rows").as_array()) {
    chart.rows.push_back(boost::json::value_to<std::vector<std::string>>(row));
  }
  return chart;
}

}  // namespace cartograph::reports
