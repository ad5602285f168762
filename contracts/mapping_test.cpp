// What a configuration may say of the shop's names and words.
#include "contracts/mapping.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace cartograph::contracts {
namespace {

std::string fault_of(const Mappings& mappings) {
  try {
    expect_valid(mappings, "EUR");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Mapping, OfKnownColumnsAndWordsIsValid) {
  EXPECT_EQ(fault_of({}), "");
  EXPECT_EQ(fault_of({{"orders",
                       {{{"Bestellnummer", "order_id"}, {"sku", "status"}},
                        {{"status", {{"bezahlt", "paid"}, {"offen", "CREATED"}, {"-", ""}}}},
                        {{"currency", "eur"}, {"customer_id", ""}}}},
                      {"order_items", {{}, {}, {{"quantity", "0"}, {"tax_amount", "0.00"}}}}}),
            "");
}

TEST(Mapping, OfAnUnknownFeedOrColumnNamesTheNearest) {
  EXPECT_EQ(fault_of({{"order", {}}}),
            "feeds.order: there is no feed 'order'; the nearest is orders");
  EXPECT_EQ(
      fault_of({{"orders", {{{"Nr", "orderid"}}, {}, {}}}}),
      "feeds.orders.columns: the feed orders has no column 'orderid'; the nearest is order_id");
  EXPECT_EQ(fault_of({{"orders", {{}, {{"state", {}}}, {}}}}),
            "feeds.orders.values: the feed orders has no column 'state'; the nearest is status");
  EXPECT_EQ(
      fault_of({{"orders", {{}, {}, {{"curency", "EUR"}}}}}),
      "feeds.orders.defaults: the feed orders has no column 'curency'; the nearest is currency");
}

TEST(Mapping, ToWhatTheColumnCannotHoldIsRefused) {
  EXPECT_EQ(
      fault_of({{"orders", {{}, {{"status", {{"bezahlt", "payed"}}}}, {}}}}),
      "feeds.orders.values.status: the column status cannot hold 'payed': not one of created, "
      "paid, fulfilled, delivered, returned");
  EXPECT_EQ(fault_of({{"orders", {{}, {}, {{"currency", "USD"}}}}}),
            "feeds.orders.defaults: the column currency cannot hold 'USD': expected EUR");
  EXPECT_EQ(fault_of({{"orders", {{}, {}, {{"order_id", " "}}}}}),
            "feeds.orders.defaults: the column order_id cannot hold ' ': required");
  EXPECT_EQ(
      fault_of({{"inventory_movements", {{}, {}, {{"quantity", "0"}}}}}),
      "feeds.inventory_movements.defaults: the column quantity cannot hold '0': out of range");
  EXPECT_EQ(fault_of({{"order_items", {{}, {}, {{"tax_amount", "1,50"}}}}}),
            "feeds.order_items.defaults: the column tax_amount cannot hold '1,50': not a decimal");
}

TEST(Mapping, OfANameThatStandsThereTwiceOrIsNoneIsRefused) {
  EXPECT_EQ(fault_of({{"orders", {{{"Nr", "order_id"}, {"nr ", "status"}}, {}, {}}}}),
            "feeds.orders.columns: 'nr ' stands there twice");
  EXPECT_EQ(fault_of({{"orders", {{}, {{"status", {{"", "paid"}}}}, {}}}}),
            "feeds.orders.values.status: '' is no name; what is left empty is filled by defaults");
}

}  // namespace
}  // namespace cartograph::contracts
