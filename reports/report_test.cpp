// Whole reports: of the golden store, of an empty one, of one day.
#include "reports/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::read_file;

constexpr const char* kCharts[] = {"net_revenue",      "orders",     "aov",     "return_rate",
                                   "customers",        "retention",  "cohorts", "ltv",
                                   "inventory_alerts", "recognition"};

fs::path report_of(tests::SmallStore& store, ReportSettings settings = {}) {
  settings.reports = store.data() / "reports";
  return write_report(*store.warehouse().reader(), settings);
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

std::uint32_t width_of_png(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::uint32_t width = 0;
  for (std::size_t i = 16; i < 20; ++i) width = width << 8 | static_cast<unsigned char>(bytes[i]);
  return width;
}

void expect_all_files(const fs::path& folder) {
  std::set<std::string> expected = {"insights.html", "insights.md", "report.html",
                                    "run_summary.md"};
  for (const std::string name : kCharts) {
    expected.insert(name + ".svg");
    expected.insert(name + ".png");
    EXPECT_GE(width_of_png(folder / (name + ".png")), 1600U) << name;
    const std::string svg = read_file(folder / (name + ".svg"));
    EXPECT_THAT(svg, testing::ContainsRegex("^<svg[^>]*><title>[^<]+</title><desc>[^<]+</desc>"));
    EXPECT_THAT(svg, testing::Not(testing::ContainsRegex("NaN|undefined|Infinity"))) << name;
    EXPECT_THAT(read_file(folder / "report.html"), HasSubstr(svg)) << name;
  }
  EXPECT_EQ(names_in(folder), expected);
}

TEST(Report, HasAllItsFilesBelowTheLastDayAndTheLatestLeadsThere) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  const fs::path folder = report_of(store);
  const auto as_of = store.warehouse().reader()->published()->as_of;
  EXPECT_EQ(folder, store.data() / "reports" / to_string(*as_of));
  expect_all_files(folder);
  EXPECT_EQ(fs::read_symlink(store.data() / "reports/latest"), to_string(*as_of));
}

TEST(Report, NamesRunRangeAndZoneWhereverFiguresAre) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  const fs::path folder = report_of(store);
  const std::string run = store.warehouse().reader()->published()->run_id;
  for (const std::string name : kCharts) {
    EXPECT_THAT(read_file(folder / (name + ".svg")), HasSubstr(run)) << name;
  }
  EXPECT_THAT(read_file(folder / "run_summary.md"), HasSubstr(run));
  EXPECT_THAT(read_file(folder / "report.html"), HasSubstr("days in UTC"));
}

TEST(Report, IsTheSameEachTimeItIsWritten) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  std::map<std::string, std::string> first;
  const fs::path folder = report_of(store);
  for (const std::string& name : names_in(folder)) first[name] = read_file(folder / name);
  report_of(store);
  for (const std::string& name : names_in(folder)) {
    EXPECT_TRUE(read_file(folder / name) == first[name]) << name;
  }
}

TEST(Report, OfAnEmptyStoreSaysSo) {
  tests::SmallStore store;
  store.run();
  const fs::path folder = report_of(store);
  EXPECT_EQ(folder, store.data() / "reports/empty");
  expect_all_files(folder);
  EXPECT_THAT(read_file(folder / "net_revenue.svg"), HasSubstr("No sales in this range"));
  EXPECT_THAT(read_file(folder / "run_summary.md"), HasSubstr("no sale yet"));
}

TEST(Report, OfOneDayClaimsNoTrend) {
  tests::SmallStore store;
  store.land("2025-03-10/orders.csv",
             "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
             "currency,payment_method,channel,country\n"
             "1,C-1,paid,2025-03-10T10:00:00Z,2025-03-10T10:05:00Z,,,,USD,card,web,DE\n");
  store.land("2025-03-10/order_items.csv",
             "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n"
             "1,1,A-1,2,10.00,0.00,0.00\n");
  store.run();
  const fs::path folder = report_of(store);
  expect_all_files(folder);
  const std::string page = read_file(folder / "report.html");
  EXPECT_THAT(page, HasSubstr("Net revenue was $20.00"));
  EXPECT_THAT(page, testing::Not(HasSubstr("period before")));
}

TEST(Report, IsOfTheRangeAndInTheFolderThatAreAskedFor) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  ReportSettings settings;
  settings.out = store.data() / "march";
  settings.range = Range{*parse_day("2025-03-01"), *parse_day("2025-03-10")};
  EXPECT_EQ(report_of(store, settings), store.data() / "march");
  expect_all_files(store.data() / "march");
  EXPECT_THAT(read_file(store.data() / "march/net_revenue.svg"), HasSubstr("1 Mar – 10 Mar 2025"));
  EXPECT_FALSE(fs::exists(store.data() / "reports"));
}

TEST(Report, IsLeftAsItWasWhereItsFolderCannotBeWritten) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  tests::write_file(store.data() / "reports", "a file in the way");
  const auto said = tests::message_of<Error>([&] { report_of(store); });
  EXPECT_THAT(said, HasSubstr((store.data() / "reports").string()));
}

}  // namespace
}  // namespace cartograph::reports
