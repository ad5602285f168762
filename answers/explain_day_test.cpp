// Days of the golden example, explained.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "answers/explanation.hpp"
#include "base/error.hpp"
#include "tests/golden_explained.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using tests::cells;
using tests::figure_hundredths;
using tests::sum_hundredths;

class ExplainDay : public tests::GoldenExplained {
 protected:
  ExplainDay()
      : GoldenExplained([](warehouse::Connection& connection, const std::string& day) {
          return explain_day(connection, *parse_day(day), {SIZE_MAX, true});
        }) {}
};

std::size_t different(const RowList& list, std::string_view column) {
  std::set<std::string> found;
  for (const auto& cell : cells(list, column)) {
    if (cell) found.insert(*cell);
  }
  return found.size();
}

const std::optional<std::string> kNothing;

std::int64_t hundreds(std::size_t count) { return static_cast<std::int64_t>(count) * 100; }

// The day's row of fct_revenue_daily by hand.
void expect_revenue(const Explanation& day) {
  const RowList& sales = day.parts[0].lists[0];
  const RowList& pieces = day.parts[0].lists[1];
  const RowList& deliveries = day.parts[0].lists[2];
  const auto of = [&](const char* name) { return figure_hundredths(day.parts[1], name); };
  EXPECT_EQ(of("orders"), hundreds(sales.rows.size()));
  EXPECT_EQ(of("units"), sum_hundredths(sales, "units"));
  EXPECT_EQ(of("gross_revenue"), sum_hundredths(sales, "gross"));
  EXPECT_EQ(of("discounts"), sum_hundredths(sales, "discounts"));
  EXPECT_EQ(of("taxes"), sum_hundredths(sales, "taxes"));
  EXPECT_EQ(of("refunds"), sum_hundredths(pieces, "refund"));
  EXPECT_EQ(of("net_revenue"), of("gross_revenue") - of("discounts") - of("refunds") - of("taxes"));
  EXPECT_EQ(of("orders_delivered"), hundreds(deliveries.rows.size()));
  EXPECT_EQ(of("orders_returned"), hundreds(different(pieces, "order_id")));
  const auto came_back = cells(deliveries, "first_return");
  EXPECT_EQ(of("returned_of_delivered"),
            hundreds(came_back.size()) - 100 * std::ranges::count(came_back, kNothing));
  const auto firsts = cells(sales, "is_first_order");
  EXPECT_EQ(of("new_customers"),
            100 * std::ranges::count(firsts, std::optional<std::string>("true")));
  EXPECT_EQ(of("new_customers") + of("repeat_customers"),
            hundreds(different(sales, "customer_id")));
  EXPECT_EQ(of("guest_orders"), 100 * std::ranges::count(cells(sales, "customer_id"), kNothing));
}

// Half away from zero.
std::int64_t rounded_share(std::int64_t of, std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : (2 * of * part + whole) / (2 * whole);
}

// The day's row of fct_revenue_recognition_daily by hand, after the day before.
void expect_recognition(const Explanation& day, std::int64_t& deferred, std::int64_t& liability) {
  const Part& part = day.parts[2];
  const RowList& rate = part.lists[0];
  const RowList& refunds = part.lists[1];
  const RowList& closed = part.lists[2];
  const auto of = [&](const char* name) { return figure_hundredths(part, name); };
  const std::int64_t delivered = sum_hundredths(day.parts[0].lists[2], "delivered");
  const std::int64_t expected =
      rounded_share(delivered, sum_hundredths(rate, "refunds"), sum_hundredths(rate, "delivered"));
  const std::int64_t of_pools = sum_hundredths(refunds, "refund");
  const std::int64_t from_liability = sum_hundredths(refunds, "from_liability");
  EXPECT_EQ(of("billed"), sum_hundredths(day.parts[0].lists[0], "amount"));
  EXPECT_EQ(of("delivered_amount"), delivered);
  EXPECT_EQ(of("revenue_recognised"), delivered - expected);
  EXPECT_EQ(of("revenue_released"), sum_hundredths(closed, "released"));
  EXPECT_EQ(of("revenue_reversed"), from_liability - of_pools);
  EXPECT_EQ(of("net_revenue_recognised"),
            of("revenue_recognised") + of("revenue_released") + of("revenue_reversed"));
  EXPECT_EQ(of("refunds_paid"), sum_hundredths(day.parts[0].lists[1], "refund"));
  deferred += of("billed") - delivered - (of("refunds_paid") - of_pools);
  liability += expected - from_liability - of("revenue_released");
  EXPECT_EQ(of("deferred_revenue"), deferred);
  EXPECT_EQ(of("refund_liability"), liability);
}

TEST_F(ExplainDay, AddsUpForEveryDayByItsChecksAndByHand) {
  const auto days = keys("select date from fct_revenue_daily order by date");
  ASSERT_EQ(days.size(), 79u);
  std::int64_t deferred = 0, liability = 0;
  for (const std::string& key : days) {
    SCOPED_TRACE(key);
    const Explanation day = explanation_of(key);
    EXPECT_TRUE(day.adds_up) << text_of(day);
    expect_revenue(day);
    expect_recognition(day, deferred, liability);
  }
  EXPECT_GT(liability + deferred, 0) << "nothing was carried from day to day";
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
  EXPECT_EQ(tests::message_of<NotFound>([&] { explain_day(tables(), *parse_day("2025-02-28")); }),
            "there is no day 2025-02-28: the first sale was on 2025-03-01, and 2025-05-18 is the "
            "last day with a sale, delivery or return");
  tests::SmallStore empty;
  EXPECT_EQ(
      tests::message_of<NotFound>([&] { explain_day(empty.writer(), *parse_day("2025-02-28")); }),
      "there is no day 2025-02-28: nothing has been sold yet");
}

TEST_F(ExplainDay, ShowsThePoolsWhereTheyAreAskedFor) {
  const std::string text = text_of(explain_day(tables(), *parse_day("2025-04-20"), {20, false}));
  EXPECT_THAT(text, Not(HasSubstr("Pools for the rate")));
  EXPECT_THAT(text, HasSubstr("R / B = 127.97 / 474.10\n"));
  EXPECT_THAT(explained("2025-04-20"), HasSubstr("Pools for the rate"));
}

TEST_F(ExplainDay, CountsTheRowsThatAreLeftOut) {
  const Explanation explanation = explain_day(tables(), *parse_day("2025-03-20"), {1});
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
  tables().begin();
  tables().execute("update fct_revenue_daily set net_revenue = 0 where date = date '2025-03-01'");
  explained("2025-03-20");
  tables().rollback();
}

}  // namespace
}  // namespace cartograph::answers
