// Alerts of the golden example, explained.
#include <gmock/gmock.h>

#include <cstdint>

#include "answers/explanation.hpp"
#include "base/error.hpp"
#include "tests/golden_explained.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using tests::figure_hundredths;
using tests::sum_hundredths;

class ExplainSku : public tests::GoldenExplained {
 protected:
  ExplainSku()
      : GoldenExplained([](warehouse::Connection& connection, const std::string& sku) {
          return explain_sku(connection, sku, {SIZE_MAX, false});
        }) {}
};

// The alerts and the stock by hand.
void expect_sums(const Explanation& sku) {
  for (const Part& part : sku.parts) {
    SCOPED_TRACE(part.title);
    for (const RowList& list : part.lists) {
      if (list.title == "Newest first") {
        EXPECT_EQ(sum_hundredths(list, "available"),
                  sum_hundredths(list, "on_hand") - sum_hundredths(list, "allocated"));
        EXPECT_EQ(sum_hundredths(list, "shortfall"),
                  sum_hundredths(list, "reorder_point") - sum_hundredths(list, "available"));
      }
      if (list.title.starts_with("Movements") && !part.figures.empty()) {
        const std::int64_t on_hand = sum_hundredths(list, "on_hand");
        const std::int64_t allocated = sum_hundredths(list, "allocated");
        EXPECT_EQ(figure_hundredths(part, "on_hand"), on_hand);
        EXPECT_EQ(figure_hundredths(part, "allocated"), allocated);
        EXPECT_EQ(figure_hundredths(part, "available"), on_hand - allocated);
      }
    }
  }
}

TEST_F(ExplainSku, AddsUpForEverySkuByItsChecksAndByHand) {
  const auto skus = keys("select distinct sku from dim_product");
  ASSERT_GT(skus.size(), 4u);
  for (const std::string& key : skus) {
    SCOPED_TRACE(key);
    const Explanation sku = explanation_of(key);
    EXPECT_TRUE(sku.adds_up) << text_of(sku);
    expect_sums(sku);
  }
}

TEST_F(ExplainSku, ShowsWhatLedToTheLastAlert) {
  const std::string text = explained("MUG-01");
  EXPECT_THAT(text, HasSubstr("reorder point   10, of the product's latest row "
                              "(2025-03-15T00:00:00Z), 2025-04-10/products.csv:2\n"));
  EXPECT_THAT(text, ContainsRegex("M014 .*allocation .* 0 +3  "
                                  "2025-04-10/inventory_movements.csv:4\n"));
  EXPECT_THAT(text, ContainsRegex("available +7  10 - 3, below the reorder point 10\n"));
  EXPECT_THAT(text, ContainsRegex("shortfall +3  on 2025-03-19: 10 - 7\n"));
}

TEST_F(ExplainSku, SaysWhenThereWasNoAlert) {
  const std::string text = explained("VASE-04");
  EXPECT_THAT(text, HasSubstr("none: on no day was less available than the reorder point"));
  EXPECT_THAT(text, ContainsRegex("available +16  .*not below the reorder point 0\n"));
}

TEST_F(ExplainSku, SaysWhenTheProductWasNeverSent) {
  EXPECT_THAT(explained("TRAY-05"),
              HasSubstr("reorder point   0, since the product was never sent"));
}

TEST_F(ExplainSku, FailsForASkuThatNothingNames) {
  EXPECT_EQ(tests::message_of<NotFound>([&] { explain_sku(tables(), "MUG"); }),
            "there is no SKU MUG: no product, order item or movement names it");
}

TEST_F(ExplainSku, NoticesABalanceThatIsNotTheSumOfTheMovements) {
  tables().begin();
  tables().execute(
      "update fct_inventory_daily set on_hand = 11, available = 8 "
      "where sku = 'MUG-01' and date = date '2025-03-08'");
  const std::string text = explained("MUG-01", false);
  tables().rollback();
  EXPECT_THAT(text, HasSubstr("inventory_balances: "));
}

TEST_F(ExplainSku, HoldsWhereThereAreAlertsAndNoDayAtRisk) {
  tables().begin();
  tables().execute("update fct_inventory_daily set is_at_risk = false where sku = 'MUG-01'");
  const std::string text = explained("MUG-01", false);
  tables().rollback();
  EXPECT_THAT(text, HasSubstr("The last alert, from 2025-03-08 to 2025-03-19"));
}

TEST(ExplainSkuWithoutStock, SaysSo) {
  tests::SmallStore store;
  store.land("2025-03-10/products.csv",
             "sku,product_name,category,list_price,reorder_point,updated_at\n"
             "S,Spoon,,1.00,3,2025-03-01\n");
  store.run();
  EXPECT_THAT(text_of(explain_sku(store.writer(), "S")),
              HasSubstr("No movement of it was ever sent"));
}

}  // namespace
}  // namespace cartograph::answers
