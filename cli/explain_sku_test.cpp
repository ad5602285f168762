// Alerts of the golden example, explained.
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

class ExplainSku : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    store_ = std::make_unique<tests::SmallStore>();
    store_->land_golden();
    store_->run();
  }
  static void TearDownTestSuite() { store_.reset(); }

  static std::string explained(const std::string& sku, bool adds_up = true) {
    std::ostringstream out;
    EXPECT_EQ(explain_sku(out, store_->writer(), sku, {}), adds_up) << out.str();
    return out.str();
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
  EXPECT_THAT(text, HasSubstr("reorder point 10, of the product's latest row "
                              "(2025-03-15T00:00:00Z), 2025-04-10/products.csv:2\n"));
  EXPECT_THAT(text, ContainsRegex("M014 .*allocation .* \\+0 +\\+3  "
                                  "2025-04-10/inventory_movements.csv:4\n"));
  EXPECT_THAT(text,
              HasSubstr("on_hand 10 - allocated 3 = available 7, below the reorder point 10"));
  EXPECT_THAT(text, HasSubstr("shortfall on 2025-03-19: 10 - 7 = 3\n"));
}

TEST_F(ExplainSku, SaysWhenThereWasNoAlert) {
  const std::string text = explained("VASE-04");
  EXPECT_THAT(text, HasSubstr("none: on no day was less available than the reorder point"));
  EXPECT_THAT(text, HasSubstr("available 16, not below the reorder point 0"));
}

TEST_F(ExplainSku, SaysWhenTheProductWasNeverSent) {
  EXPECT_THAT(explained("TRAY-05"), HasSubstr("reorder point 0, since the product was never sent"));
}

TEST_F(ExplainSku, FailsForASkuThatNothingNames) {
  std::ostringstream out;
  EXPECT_EQ(tests::message_of<Error>([&] { explain_sku(out, store_->writer(), "MUG", {}); }),
            "there is no SKU MUG: no product, order item or movement names it");
}

TEST_F(ExplainSku, NoticesABalanceThatIsNotTheSumOfTheMovements) {
  store_->writer().begin();
  store_->writer().execute(
      "update fct_inventory_daily set on_hand = 11, available = 8 "
      "where sku = 'MUG-01' and date = date '2025-03-08'");
  const std::string text = explained("MUG-01", false);
  store_->writer().rollback();
  EXPECT_THAT(text, HasSubstr("on_hand on 2025-03-08: worked out 10, published 11"));
}

TEST(ExplainSkuWithoutStock, SaysSo) {
  tests::SmallStore store;
  store.land("2025-03-10/products.csv",
             "sku,product_name,category,list_price,reorder_point,updated_at\n"
             "S,Spoon,,1.00,3,2025-03-01\n");
  store.run();
  std::ostringstream out;
  EXPECT_TRUE(explain_sku(out, store.writer(), "S", {})) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("No movement of it was ever sent"));
}

}  // namespace
}  // namespace cartograph::cli
