// Charts drawn inside the program.
#include "reports/chart.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kAlerts =
    R"({"now":{"data":[{"sku":"A-1","product_name":"Lamp","opened_on":"2026-02-20",)"
    R"("resolved_on":null,"is_open":true,"days_at_risk":9,"on_hand":0,"allocated":2,)"
    R"("available":-2,"reorder_point":5,"shortfall":7}],"meta":{"run_id":"run-1",)"
    R"("as_of":"2026-02-28","currency":"EUR","timezone":"UTC"}}})";

TEST(Chart, HasItsPictureWordsAndTableWithCellsAsTheyAreWritten) {
  ChartScript script;
  const Chart chart = script.draw({"inventory_alerts", kAlerts, R"({"width":900})"});
  EXPECT_EQ(chart.title, "1 SKU is below its reorder point");
  EXPECT_THAT(chart.sentence, HasSubstr("A-1 is the worst: −2 available"));
  EXPECT_THAT(chart.svg, HasSubstr("<title>1 SKU is below its reorder point</title>"));
  EXPECT_THAT(chart.svg, HasSubstr("run-1"));
  ASSERT_EQ(chart.rows.size(), 1U);
  EXPECT_THAT(chart.rows[0], ElementsAre("A-1", "20 Feb 2026", "9", "0", "2", "−2", "5", "7"));
  EXPECT_FALSE(chart.columns[0].is_number);
  EXPECT_TRUE(chart.columns[7].is_number);
}

// The names of a picture's elements, such as zr0-c0.
std::set<std::string> element_names(const std::string& svg) {
  std::set<std::string> names;
  for (std::size_t at = svg.find("id=\""); at != std::string::npos; at = svg.find("id=\"", at)) {
    at += 4;
    names.insert(svg.substr(at, svg.find('"', at) - at));
  }
  return names;
}

TEST(Chart, ElementsOfTwoChartsOfAPageHaveDifferentNames) {
  std::string days;
  for (const char* day : {"2026-02-26", "2026-02-27", "2026-02-28"}) {
    days += fmt::format("{}{{\"date\":\"{}\",\"orders\":4,\"units\":5,\"guest_orders\":0}}",
                        days.empty() ? "" : ",", day);
  }
  const ChartCall call{"orders",
                       R"({"now":{"data":[)" + days + R"(],"meta":{"as_of":"2026-02-28"}}})",
                       R"({"width":900,"from":"2026-02-26","to":"2026-02-28"})"};
  ChartScript script;
  const auto first = element_names(script.draw(call).svg);
  const auto second = element_names(script.draw(call).svg);
  EXPECT_FALSE(first.empty());
  for (const std::string& name : second) EXPECT_FALSE(first.contains(name)) << name;
}

TEST(Chart, ThatThereIsNotIsRefused) {
  ChartScript script;
  EXPECT_THAT(tests::message_of<Error>([&] {
                script.draw({"pie", "{}", R"({"width":900})"});
              }),
              HasSubstr("page"));
}

}  // namespace
}  // namespace cartograph::reports
