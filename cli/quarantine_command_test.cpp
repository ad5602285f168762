// quarantine on the command line: the golden example's rejected rows, out and back in again.
#include <gmock/gmock.h>

#include <iostream>
#include <sstream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/run_settings.hpp"
#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kReasons = "select feed, reasons from quarantine";

runs::RunOutcome run_landing(const Config& config, bool accept = false) {
  runs::RunObserver unheard;
  runs::RunSettings settings = run_settings(config);
  if (accept) settings.quality.accept = quality::Accept::whole;
  return runs::run(settings, runs::Source::landing, unheard);
}

class QuarantineCommand : public testing::Test {
 protected:
  QuarantineCommand() {
    config_ = settings(tests::golden_landing(), "data");
    run_id_ = run_landing(config_).run_id;
  }

  Config settings(const std::filesystem::path& landing, std::string_view data) const {
    Config config;
    config.landing = landing;
    config.data = folder_ / data;
    config.quiet = true;
    return config;
  }

  std::string output_of(const std::string& arguments) {
    CLI::App app;
    Action action;
    add_quarantine(app, action);
    app.parse(arguments);
    std::ostringstream out;
    std::streambuf* const screen = std::cout.rdbuf(out.rdbuf());
    const std::unique_ptr<std::streambuf, void (*)(std::streambuf*)> restore(
        screen, [](std::streambuf* buffer) { std::cout.rdbuf(buffer); });
    EXPECT_EQ(action(config_), 0);
    return out.str();
  }

  static std::vector<std::string> lines(const Config& config, std::string_view sql) {
    return tests::csv_lines(*open_warehouse(config)->reader(), sql);
  }

  tests::TemporaryFolder folder_;
  Config config_;
  std::string run_id_;
};

TEST_F(QuarantineCommand, ListsRowsWithTotalsByReasonFirst) {
  const std::string text = output_of("quarantine list --all");
  EXPECT_THAT(text, HasSubstr("3 rejected rows of 1 run\n"));
  EXPECT_THAT(text, HasSubstr("occurred_at: not a timestamp"));
  EXPECT_THAT(text, HasSubstr("1006,2,MUG-01,1,12.505,15.00,2.38"));
  EXPECT_LT(text.find("By feed and reason"), text.find("Rows, newest run first"));
  EXPECT_THAT(output_of("quarantine list --all --limit 1"), HasSubstr("… and 2 more"));
  EXPECT_THAT(output_of("quarantine list --feed orders --run " + run_id_),
              HasSubstr("1 rejected row of 1 run\n"));
  EXPECT_EQ(output_of("quarantine list --feed returns"), "no rejected rows\n");
}

// Line 2 of 1006 was rejected, and is staged from the line after it.
TEST_F(QuarantineCommand, LeavesOutRowsWhoseKeyWasStagedSince) {
  const std::string text = output_of("quarantine list");
  EXPECT_THAT(text, HasSubstr("2 rejected rows of 1 run\n1 row mended or delivered again since"));
  EXPECT_THAT(text, Not(HasSubstr("1006,2,MUG-01")));
  EXPECT_EQ(
      output_of("quarantine export --feed order_items"),
      "no rejected rows to mend\n1 row mended or delivered again since: --all has them too\n");
}

TEST_F(QuarantineCommand, ExportedRowsAreRejectedAgainForTheSameReasons) {
  const std::string landing = (folder_ / "again/2025-06-01").string();
  const std::string text = output_of("quarantine export --all --out " + landing);
  EXPECT_THAT(text, HasSubstr(landing + "/orders_mended.csv: 1 row\n"));
  const Config again = settings(folder_ / "again", "data2");
  EXPECT_EQ(run_landing(again, true).counts.rows_staged, 0);
  EXPECT_EQ(lines(again, kReasons), lines(config_, kReasons));
}

TEST_F(QuarantineCommand, MendedRowsAreStaged) {
  output_of("quarantine export --all");
  const auto mend = [&](const std::string& feed, std::map<std::string, std::string> edits) {
    std::string text = tests::read_file(config_.data / "quarantine" / (feed + "_mended.csv"));
    for (const auto& [wrong, right] : edits) text.replace(text.find(wrong), wrong.size(), right);
    tests::write_file(folder_ / "mended/2025-06-01" / (feed + "_mended.csv"), text);
  };
  mend("orders", {{"shipped", "paid"}, {"EUR", "USD"}});
  mend("order_items", {{"12.505", "12.50"}, {"15.00", "2.00"}});
  mend("inventory_movements", {{"3.5", "3"}, {"2025-02-30", "2025-02-28"}});
  Config mended = config_;
  mended.landing = folder_ / "mended";
  const runs::RunOutcome outcome = run_landing(mended);
  EXPECT_EQ(outcome.counts.rows_staged, 3);
  EXPECT_EQ(outcome.counts.rows_quarantined, 0);
  EXPECT_EQ(lines(config_, "select order_id from fct_orders where order_id = '1013'").size(), 2u);
}

TEST_F(QuarantineCommand, WritesOneFeedToStandardOutput) {
  EXPECT_EQ(output_of("quarantine export --all --feed order_items --out -"),
            "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount,"
            "rejected_because\n"
            "1006,2,MUG-01,1,12.505,15.00,2.38,unit_price: more than 2 decimal places\n");
  EXPECT_THROW(output_of("quarantine export --out -"), UsageError);
  EXPECT_FALSE(std::filesystem::exists(config_.data / "quarantine"));
}

TEST_F(QuarantineCommand, SaysWhenThereIsNothingToMend) {
  EXPECT_EQ(output_of("quarantine export --feed customers"), "no rejected rows to mend\n");
}

TEST_F(QuarantineCommand, StillExportsWhenTheLandingFolderIsGone) {
  config_.landing = folder_ / "gone";
  const std::string text = output_of("quarantine export");
  EXPECT_THAT(text, HasSubstr("orders_mended.csv: 1 row, 1 by likely columns\n"));
  EXPECT_THAT(text, Not(HasSubstr("by hand")));
}

TEST_F(QuarantineCommand, KnowsNoOtherRunsAndFeeds) {
  EXPECT_THROW(output_of("quarantine list --run nope"), NotFound);
  EXPECT_THROW(output_of("quarantine export --run nope"), NotFound);
  EXPECT_THROW(output_of("quarantine list --feed order"), CLI::ParseError);
  EXPECT_THROW(output_of("quarantine"), CLI::ParseError);
}

}  // namespace
}  // namespace cartograph::cli
