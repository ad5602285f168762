// Days of the golden example, explained.
#include <gmock/gmock.h>

#include <memory>

#include "answers/explanation.hpp"
#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class ExplainDay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    store_ = std::make_unique<tests::SmallStore>();
    store_->land_golden();
    store_->run();
  }
  static void TearDownTestSuite() { store_.reset(); }

  static std::string explained(const std::string& day, bool adds_up = true) {
    const Explanation explanation = explain_day(store_->writer(), *parse_day(day), {20, true});
    std::string text = text_of(explanation);
    EXPECT_EQ(explanation.adds_up, adds_up) << text;
    return text;
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
  EXPECT_THAT(text, ContainsRegex("new_customers +0  first orders"));
  EXPECT_THAT(text, ContainsRegex("repeat_customers +1  1 customer less the new"));
}

TEST_F(ExplainDay, ShowsTheSumsBehindTheEstimateOfReturns) {
  const std::string text = explained("2025-04-20");
  EXPECT_THAT(text, HasSubstr("R / B = 127.97 / 474.10\n"));
  EXPECT_THAT(text, HasSubstr("85.41 - 23.05 (= round(85.41 x 127.97 / 474.10)) expected"));
}

TEST_F(ExplainDay, ShowsARefundThatUsesUpThePoolsLiability) {
  const std::string text = explained("2025-05-05");
  EXPECT_THAT(text, ContainsRegex("2025-04-20 +23.05 +13.50 +71.91 +9.55\n"));
  EXPECT_THAT(text, HasSubstr("9.55 from liability - 71.91 refunds of pools"));
}

TEST_F(ExplainDay, FailsForADayOutsideTheSeries) {
  EXPECT_EQ(
      tests::message_of<NotFound>([&] { explain_day(store_->writer(), *parse_day("2025-02-28")); }),
      "there is no day 2025-02-28: the first sale was on 2025-03-01, and 2025-05-18 is the "
      "last day with a sale, delivery or return");
  tests::SmallStore empty;
  EXPECT_EQ(
      tests::message_of<NotFound>([&] { explain_day(empty.writer(), *parse_day("2025-02-28")); }),
      "there is no day 2025-02-28: nothing has been sold yet");
}

TEST_F(ExplainDay, ShowsThePoolsWhereTheyAreAskedFor) {
  const std::string text =
      text_of(explain_day(store_->writer(), *parse_day("2025-04-20"), {20, false}));
  EXPECT_THAT(text, Not(HasSubstr("Pools for the rate")));
  EXPECT_THAT(text, HasSubstr("R / B = 127.97 / 474.10\n"));
  EXPECT_THAT(explained("2025-04-20"), HasSubstr("Pools for the rate"));
}

TEST_F(ExplainDay, CountsTheRowsThatAreLeftOut) {
  const Explanation explanation = explain_day(store_->writer(), *parse_day("2025-03-20"), {1});
  const RowList& pieces = explanation.parts[0].lists[1];
  EXPECT_EQ(pieces.rows.size(), 1u);
  EXPECT_EQ(pieces.count, 2);
  EXPECT_THAT(text_of(explanation), HasSubstr("… and 1 more (--all shows them)\n"));
}

TEST_F(ExplainDay, NoticesAFigureThatIsNotTheSumOfItsParts) {
  EXPECT_THAT(explained_after("update fct_revenue_daily set refunds = refunds + 0.01 "
                              "where date = date '2025-03-20'",
                              "2025-03-20"),
              HasSubstr("returns_add_up_to_days: "));
  EXPECT_THAT(explained_after("update fct_revenue_daily set net_revenue = 0 "
                              "where date = date '2025-03-01'",
                              "2025-03-01"),
              HasSubstr("day_net_revenue: "));
  EXPECT_THAT(explained_after("update fct_revenue_recognition_daily set deferred_revenue = 0 "
                              "where date = date '2025-03-20'",
                              "2025-03-20"),
              HasSubstr("recognition_deferred_revenue: "));
}

TEST_F(ExplainDay, IsNotBlamedForAnother) {
  store_->writer().begin();
  store_->writer().execute(
      "update fct_revenue_daily set net_revenue = 0 where date = date '2025-03-01'");
  explained("2025-03-20");
  store_->writer().rollback();
}

}  // namespace
}  // namespace cartograph::answers
