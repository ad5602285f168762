// Alerts of the golden example, explained.
#include <gmock/gmock.h>

#include <memory>

#include "answers/explanation.hpp"
#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class ExplainSku : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    store_ = std::make_unique<tests::SmallStore>();
    store_->land_golden();
    store_->run();
  }
  static void TearDownTestSuite() { store_.reset(); }

  static std::string explained(const std::string& sku, bool adds_up = true) {
    const Explanation explanation = explain_sku(store_->writer(), sku);
    std::string text = text_of(explanation);
    EXPECT_EQ(explanation.adds_up, adds_up) << text;
    return text;
  }

  static std::unique_ptr<tests::SmallStore> store_;
};

std::unique_ptr<tests::SmallStore> ExplainSku::store_;

TEST_F(ExplainSku, AddsUpForEverySku) {
  for (const auto& row : store_->writer().query("select distinct sku from dim_product").rows) {
    explained(*row[0]);
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
  EXPECT_EQ(tests::message_of<NotFound>([&] { explain_sku(store_->writer(), "MUG"); }),
            "there is no SKU MUG: no product, order item or movement names it");
}

TEST_F(ExplainSku, NoticesABalanceThatIsNotTheSumOfTheMovements) {
  store_->writer().begin();
  store_->writer().execute(
      "update fct_inventory_daily set on_hand = 11, available = 8 "
      "where sku = 'MUG-01' and date = date '2025-03-08'");
  const std::string text = explained("MUG-01", false);
  store_->writer().rollback();
  EXPECT_THAT(text, HasSubstr("inventory_balances: "));
}

TEST_F(ExplainSku, HoldsWhereThereAreAlertsAndNoDayAtRisk) {
  store_->writer().begin();
  store_->writer().execute(
      "update fct_inventory_daily set is_at_risk = false where sku = 'MUG-01'");
  const std::string text = explained("MUG-01", false);
  store_->writer().rollback();
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
