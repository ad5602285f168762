// What is read off rejected order items, and what is not.
#include "reports/rejected_worth.hpp"

#include <gtest/gtest.h>

namespace cartograph::reports {
namespace {

std::optional<std::int64_t> cents_of(std::string_view raw_row) {
  const auto amount = merchandise(raw_row);
  return amount ? std::optional(amount->cents) : std::nullopt;
}

TEST(Merchandise, IsQuantityTimesUnitPriceOfTheContractsColumns) {
  EXPECT_EQ(cents_of("1001,1,MUG-01,2,12.50,2.50,4.28"), 2500);
  EXPECT_EQ(cents_of("1001,one,MUG-01, 3 ,12.5,,\r"), 3750);
  EXPECT_EQ(cents_of("1001,1,MUG-01,2,12,,0.00"), 2400);
  EXPECT_EQ(cents_of("1001;1;MUG-01;2;12,50;2,50;4,28"), 2500);
  EXPECT_EQ(cents_of("1001\t1\tMUG-01\t100000\t1000000.00\t\t"), 10'000'000'000'000);
}

TEST(Merchandise, IsReadOffJsonByName) {
  EXPECT_EQ(cents_of(R"({"order_id": "1", "unit_price": 12.99, "quantity": 3})"), 3897);
  EXPECT_EQ(cents_of(R"({"quantity": "3", "unit_price": "0.07"})"), 21);
  EXPECT_EQ(cents_of(R"({"quantity": 3, "unit_price": 999999.99})"), 299'999'997);
}

TEST(Merchandise, IsNothingWhereTheTextDoesNotSaySoPlainly) {
  for (const char* text :
       {"", "1001", "1001,1,MUG-01,2,12.50,2.50", "1001,1,MUG-01,2,12.50,2.50,4.28,x",
        "1001,1,\"MUG-01\",2,12.50,2.50,4.28", "1001,1,MUG-01,-2,12.50,,", "1001,1,MUG-01,2,,,",
        "1001,1,MUG-01,2,12.505,,", "1001,1,MUG-01,2,-1.00,,", "1001,1,MUG-01,2,1000000.01,,",
        "1001,1,MUG-01,100001,1.00,,", "1001,1,MUG-01,2.0,1.00,,", "1001,1,MUG-01,2,1.,,",
        "1001,1,MUG-01,2,1.-5,,", R"({"quantity": 3})", R"({"quantity": 3, "unit_price": null})",
        R"({"quantity": -3, "unit_price": 1.5})", R"({"quantity": 3, "unit_price": 1.5)",
        R"([3, 1.5])"}) {
    EXPECT_EQ(cents_of(text), std::nullopt) << text;
  }
}

TEST(RejectedWorth, LeavesOutWhatIsAtFaultItself) {
  const RejectedWorth worth = rejected_worth({
      {"line_number: required", "1001,,MUG-01,2,12.50,,"},
      {"sku: required; quantity: out of range", "1001,1,,2,12.50,,"},
      {"unit_price: not a decimal", "1001,1,MUG-01,2,12.50,,"},
      {"row: not UTF-8", "?"},
      {"order_id: required", std::nullopt},
      {"discount_amount: out of range", R"({"quantity": 1, "unit_price": "5.00"})"},
  });
  EXPECT_EQ(worth.items, 6);
  EXPECT_EQ(worth.readable, 2);
  EXPECT_EQ(worth.amount.cents, 3000);
}

}  // namespace
}  // namespace cartograph::reports
