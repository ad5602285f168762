// Days of the golden example, explained.
#include <gmock/gmock.h>

#include <memory>
#include <sstream>

#include "base/error.hpp"
#include "cli/explain.hpp"
#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class ExplainDay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    store_ = std::make_unique<tests::SmallStore>();
    store_->land_golden();
    store_->run();
  }
  static void TearDownTestSuite() { store_.reset(); }

  static std::string explained(const std::string& day, bool adds_up = true) {
    std::ostringstream out;
    EXPECT_EQ(explain_day(out, store_->writer(), *parse_day(day), {}), adds_up) << out.str();
    return out.str();
  }

  static std::string explained_after(const std::string& change, const std::string& day) {
    store_->writer().begin();
    store_->writer().execute(change);
    std::string text = explained(day, false);
    store_->writer().rollback();
    return text;
  }

  static std::unique_ptr<tests::SmallStore> store_;
};

std::unique_ptr<tests::SmallStore> ExplainDay::store_;

TEST_F(ExplainDay, AddsUpForEveryDay) {
  const auto days = store_->writer().query("select date from fct_revenue_daily");
  ASSERT_EQ(days.rows.size(), 79u);
  for (const auto& row : days.rows) explained(*row[0]);
}

TEST_F(ExplainDay, CountsARefundOnTheDayOfTheReturn) {
  const std::string text = explained("2025-03-20");
  EXPECT_THAT(text, HasSubstr("Day 2025-03-20 (UTC): net revenue -92.23\n"));
  EXPECT_THAT(text, ContainsRegex("1006 .*R-6 .*2025-03-08.* 12.33  2025-05-20/returns.jsonl:3\n"));
  EXPECT_THAT(text, ContainsRegex("1002 .*2025-03-01.* 79.90  2025-04-10/orders.csv:2\n"));
  EXPECT_THAT(text, HasSubstr("0.00 - 0.00 - 92.23 - 0.00"));
}

TEST_F(ExplainDay, TellsNewCustomersFromThoseWhoCameBack) {
  const std::string text = explained("2025-03-08");
  EXPECT_THAT(text, ContainsRegex("new_customers +0 +0  first orders"));
  EXPECT_THAT(text, ContainsRegex("repeat_customers +1 +1  1 customer less the new"));
}

TEST_F(ExplainDay, ShowsTheSumsBehindTheEstimateOfReturns) {
  const std::string text = explained("2025-04-20");
  EXPECT_THAT(text, HasSubstr("B = 474.10 delivered, R = 127.97 refunded\n"));
  EXPECT_THAT(text, HasSubstr("85.41 - 23.05 (= round(85.41 x 127.97 / 474.10)) expected"));
}

TEST_F(ExplainDay, ShowsARefundThatUsesUpThePoolsLiability) {
  const std::string text = explained("2025-05-05");
  EXPECT_THAT(text, ContainsRegex("2025-04-20 +23.05 +13.50 +71.91\n"));
  EXPECT_THAT(text, HasSubstr("9.55 from liability - 71.91 refunds of pools"));
}

TEST_F(ExplainDay, FailsForADayOutsideTheSeries) {
  std::ostringstream out;
  EXPECT_EQ(tests::message_of<Error>(
                [&] { explain_day(out, store_->writer(), *parse_day("2025-02-28"), {}); }),
            "there is no day 2025-02-28: the first sale was on 2025-03-01, and 2025-05-18 is the "
            "last day with a sale, delivery or return");
  tests::SmallStore empty;
  EXPECT_EQ(tests::message_of<Error>(
                [&] { explain_day(out, empty.writer(), *parse_day("2025-02-28"), {}); }),
            "there is no day 2025-02-28: nothing has been sold yet");
}

TEST_F(ExplainDay, NoticesAFigureThatIsNotTheSumOfItsParts) {
  EXPECT_THAT(explained_after("update fct_revenue_daily set refunds = refunds + 0.01 "
                              "where date = date '2025-03-20'",
                              "2025-03-20"),
              HasSubstr("refunds: worked out 92.23, published 92.24"));
  EXPECT_THAT(explained_after("update fct_revenue_daily set aov = aov * 1.000001 "
                              "where date = date '2025-03-01'",
                              "2025-03-01"),
              HasSubstr("aov: worked out 75.2, published 75.2000752"));
  EXPECT_THAT(explained_after("update fct_revenue_recognition_daily set deferred_revenue = 0 "
                              "where date = date '2025-03-20'",
                              "2025-03-20"),
              HasSubstr("deferred_revenue: worked out 61.50, published 0.00"));
}

}  // namespace
}  // namespace cartograph::cli
