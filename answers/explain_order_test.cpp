// Orders of the golden example, explained.
#include <gmock/gmock.h>

#include "answers/explanation.hpp"
#include "base/error.hpp"
#include "tests/golden_explained.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using tests::figure_hundredths;

class ExplainOrder : public tests::GoldenExplained {
 protected:
  ExplainOrder() : GoldenExplained(explain_order) {}
};

// The lines and the order by hand.
void expect_sums(const Explanation& order) {
  const auto of = [](const Part& part, const char* name) { return figure_hundredths(part, name); };
  const Part& total = order.parts.back();
  std::int64_t gross = 0, discounts = 0, refunds = 0, taxes = 0;
  for (const Part& line : order.parts) {
    if (!line.title.starts_with("Line ") || line.figures.size() < 2) continue;
    SCOPED_TRACE(line.title);
    EXPECT_EQ(of(line, "gross amount"), of(line, "merchandise") + of(line, "tax"));
    EXPECT_EQ(of(line, "net line amount"),
              of(line, "gross amount") - of(line, "discount") - of(line, "tax"));
    std::int64_t of_pieces = 0;
    for (const Figure& figure : line.figures) {
      if (figure.name.starts_with("refund of piece")) of_pieces += tests::hundredths(figure.value);
    }
    EXPECT_EQ(of(line, "refund"), of_pieces);
    EXPECT_EQ(of(line, "net revenue of the line"), of(line, "net line amount") - of_pieces);
    gross += of(line, "gross amount");
    discounts += of(line, "discount");
    refunds += of_pieces;
    taxes += of(line, "tax");
  }
  EXPECT_EQ(of(total, "gross revenue"), gross);
  EXPECT_EQ(of(total, "discounts"), discounts);
  EXPECT_EQ(of(total, "refunds"), refunds);
  EXPECT_EQ(of(total, "taxes"), taxes);
  EXPECT_EQ(of(total, "net revenue"), gross - discounts - refunds - taxes);
}

TEST_F(ExplainOrder, AddsUpForEveryOrderByItsChecksAndByHand) {
  const auto orders = keys("select order_id from fct_orders");
  ASSERT_EQ(orders.size(), 14u);
  for (const std::string& order_id : orders) {
    SCOPED_TRACE(order_id);
    const Explanation order = explanation_of(order_id);
    EXPECT_TRUE(order.adds_up) << text_of(order);
    expect_sums(order);
  }
}

TEST_F(ExplainOrder, ShowsTheRowsThatCountAndWhatTheySupersede) {
  const std::string text = explained("1012");
  EXPECT_THAT(text, HasSubstr("Order 1012: net revenue 0.00\n"));
  EXPECT_THAT(text, ContainsRegex("  row  .*, 2025-05-20/orders.csv:6\n"));
  EXPECT_THAT(text, ContainsRegex("  supersedes  .*, 2025-04-10/orders.csv:10\n"));
  EXPECT_THAT(text, HasSubstr("2025-04-06T10:03:00Z, from paid_at; day 2025-04-06 (UTC)"));
  EXPECT_THAT(text, HasSubstr("C03: this is the customer's first order"));
  EXPECT_THAT(text, HasSubstr("Line 1: 1 x BLANKET-03, 2025-04-10/order_items.csv:7\n"));
  EXPECT_THAT(text, HasSubstr("version from 2025-02-01T09:00:00Z, 2025-03-10/products.csv:4\n"));
}

TEST_F(ExplainOrder, ShowsTheArithmeticOfEachRefund) {
  const std::string text = explained("1006");
  EXPECT_THAT(text, HasSubstr("2025-05-20/returns.jsonl:3 (supersedes 1 earlier row)"));
  EXPECT_THAT(text, HasSubstr("round(37.00 x 1 / 3) - 0.00"));
  EXPECT_THAT(text, HasSubstr("round(37.00 x 2 / 3) - 12.33"));
  EXPECT_THAT(text, HasSubstr("not the first order, which is 1001 of 2025-03-01T09:15:00Z"));
}

TEST_F(ExplainOrder, SaysWhyAPieceIsCutAndNotRefunded) {
  const std::string text = explained("1008");
  EXPECT_THAT(text, HasSubstr("3 (not 5: no more is left) of 4 back with R-4"));
  EXPECT_THAT(text, HasSubstr("45 d 02:30:00 after delivery: not refundable"));
}

TEST_F(ExplainOrder, SaysWhenAPieceCameBackBeforeItWasDelivered) {
  EXPECT_THAT(explained("1009"), HasSubstr("2 d 01:00:00 before delivery: refundable"));
}

TEST_F(ExplainOrder, SaysWhenAnOrderIsNotASale) {
  const std::string text = explained("1004");
  EXPECT_THAT(text, HasSubstr("Order 1004: not a sale\n"));
  EXPECT_THAT(text, HasSubstr("in no metric, all amounts 0"));
  EXPECT_THAT(text, ContainsRegex("merchandise +96.00  2 x 48.00"));
}

TEST_F(ExplainOrder, TakesFulfilmentForTheSaleWhereNothingWasPaidBefore) {
  EXPECT_THAT(explained("1007"), HasSubstr("2025-03-06T08:00:00Z, from fulfilled_at"));
}

TEST_F(ExplainOrder, ShowsWhatWaitsForAnOrderThatNeverCame) {
  const std::string text = explained("1013");
  EXPECT_THAT(text, HasSubstr("Order 1013: never staged"));
  EXPECT_THAT(text, ContainsRegex("line .*VASE-04 +1 +25.00 .*2025-04-10/order_items.csv:9"));
  EXPECT_THAT(text, ContainsRegex("return +R-5 "));
  EXPECT_THAT(text, ContainsRegex("status: not one of.* 2025-04-10/orders.csv:11\n"));
}

TEST_F(ExplainOrder, FailsForAnIdThatNothingNames) {
  EXPECT_EQ(tests::message_of<NotFound>([&] { explain_order(tables(), "101"); }),
            "there is no order 101: no staged row names it");
}

TEST_F(ExplainOrder, NoticesAnAmountThatIsNotTheSumOfItsParts) {
  EXPECT_THAT(explained_after("update fct_orders set net_revenue = net_revenue + 0.01 "
                              "where order_id = '1006'",
                              "1006"),
              HasSubstr("order_net_revenue: On every order net_revenue ="));
  EXPECT_THAT(explained_after("update fct_order_items set tax_amount = 0 "
                              "where order_id = '1006' and line_number = 2",
                              "1006"),
              HasSubstr("line_net_revenue: "));
  EXPECT_THAT(explained_after("delete from fct_returns where return_id = 'R-7'", "1006"),
              HasSubstr("pieces_add_up_to_lines: "));
  EXPECT_THAT(explained_after("update fct_orders set is_first_order = true "
                              "where order_id = '1006'",
                              "1006"),
              HasSubstr("customers_have_first_sales: "));
}

TEST_F(ExplainOrder, SaysWhichChecksHold) {
  const Explanation explanation = explain_order(tables(), "1006");
  std::vector<std::string> names;
  for (const CheckHeld& check : explanation.checks) {
    EXPECT_TRUE(check.holds);
    names.push_back(check.check_name);
  }
  EXPECT_THAT(names,
              IsSupersetOf({"order_net_revenue", "line_net_revenue", "lines_add_up_to_orders",
                            "pieces_add_up_to_lines", "lines_have_product_versions"}));
  EXPECT_THAT(names, Not(Contains("orders_add_up_to_days")));
}

TEST_F(ExplainOrder, IsNotBlamedForAnother) {
  tables().begin();
  tables().execute("update fct_orders set net_revenue = 0 where order_id = '1001'");
  explained("1006");
  tables().rollback();
}

TEST(ExplainOrderWithGaps, SaysWhichReturnsFindNoPlace) {
  tests::SmallStore store;
  store.land("2025-03-10/orders.csv",
             "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
             "currency,payment_method\n"
             "A,,paid,2025-03-01,2025-03-02,,,,USD,\n"
             "B,,paid,2025-03-01,2025-03-02,,,,USD,\n");
  store.land("2025-03-10/order_items.csv",
             "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n"
             "A,1,S,2,5.01,,\n");
  store.land("2025-03-10/returns.csv",
             "return_id,order_id,line_number,quantity,returned_at\n"
             "R1,A,1,2,2025-03-01\n"
             "R2,A,1,1,2025-03-05\n"
             "R3,A,9,1,2025-03-05\n");
  store.run();
  const std::string a = text_of(explain_order(store.writer(), "A"));
  const std::string b = text_of(explain_order(store.writer(), "B"));
  EXPECT_THAT(a, HasSubstr("refundable: the order was never delivered"));
  EXPECT_THAT(a, HasSubstr("counts on 2025-03-02: not before the day of the sale"));
  EXPECT_THAT(a, HasSubstr("no piece, since the line has nothing left"));
  EXPECT_THAT(a, HasSubstr("line 9: R3: 1 at 2025-03-05T00:00:00Z, 2025-03-10/returns.csv:4: no "
                           "piece, until the line arrives"));
  EXPECT_THAT(a, HasSubstr("product never sent: no list price"));
  EXPECT_THAT(b, HasSubstr("No line of this order was ever sent"));
  EXPECT_THAT(b, Not(HasSubstr("Line 1")));
}

}  // namespace
}  // namespace cartograph::answers
