// Rows written from contracts: the form that the generator and the importers land.
#include "contracts/csv_writer.hpp"

#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace cartograph::contracts {
namespace {

std::string value_text(std::string_view value) {
  std::string out;
  append_csv_value(out, value);
  return out;
}

TEST(CsvWriter, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(value_text("plain text"), "plain text");
  EXPECT_EQ(value_text(""), "");
  EXPECT_EQ(value_text("a,b"), "\"a,b\"");
  EXPECT_EQ(value_text("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(value_text("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(value_text("a\rb"), "\"a\rb\"");
}

TEST(CsvWriter, WritesTheContractsColumns) {
  std::string out;
  append_csv_header<OrderItem>(out);
  EXPECT_EQ(out, "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n");
}

TEST(CsvWriter, WritesNullsEmptyMoneyWithTwoDecimalsAndTimesAsShortAsTheyAre) {
  Order order;
  order.order_id = "1";
  order.status = OrderStatus::fulfilled;
  order.created_at = Instant{0};
  order.paid_at = Instant{1'500'000};
  order.fulfilled_at = Instant{60'000'010};
  order.currency = "USD";
  order.payment_method = PaymentMethod::cash_on_delivery;
  std::string out;
  append_csv_row(out, order);
  EXPECT_EQ(out,
            "1,,fulfilled,1970-01-01T00:00:00Z,1970-01-01T00:00:01.5Z,"
            "1970-01-01T00:01:00.00001Z,,,USD,cash_on_delivery,,\n");

  OrderItem item;
  item.order_id = "a,b";
  item.line_number = 3;
  item.sku = "S";
  item.quantity = 2;
  item.unit_price = Money{5};
  item.discount_amount = Money{1200};
  out.clear();
  append_csv_row(out, item);
  EXPECT_EQ(out, "\"a,b\",3,S,2,0.05,12.00,\n");
}

TEST(CsvWriter, WritesWhatTheReaderReads) {
  Product product;
  product.sku = "S-1";
  product.product_name = "Vase \"Lina\", blue\nsecond line";
  product.list_price = Money{1999};
  product.reorder_point = 7;
  product.updated_at = Instant{1'740'823'200'000'001};
  std::string out;
  append_csv_header<Product>(out);
  append_csv_row(out, product);
  const tests::TemporaryFolder folder;
  const auto read = tests::read_landed(folder, "products.csv", out);
  EXPECT_EQ(read.only("sku"), "S-1");
  EXPECT_EQ(read.only("product_name"), *product.product_name);
  EXPECT_EQ(read.only("category"), "null");
  EXPECT_EQ(read.only("list_price"), "1999");
  EXPECT_EQ(read.only("reorder_point"), "7");
  EXPECT_EQ(read.only("updated_at"), "1740823200000001");
}

}  // namespace
}  // namespace cartograph::contracts
