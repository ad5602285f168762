// Prices as values and as text.
#include "importers/price.hpp"

#include <gtest/gtest.h>

namespace cartograph::importers {
namespace {

Price price(std::string_view text) { return Price::parse(text).value(); }

TEST(Price, ComparesByValueAndNotByText) {
  EXPECT_EQ(price("2.5"), price("2.500"));
  EXPECT_LT(price("2.55"), price("2.550000000000001"));
  EXPECT_LT(price("9.99"), price("10"));
  EXPECT_LT(price("-1.5"), price("-1.2"));
  EXPECT_LT(price("-0.5"), price("0.25"));
}

TEST(Price, IsWrittenWithTwoDecimalsUnlessItHasMore) {
  EXPECT_EQ(price("3").written(), "3.00");
  EXPECT_EQ(price("0.0").written(), "0.00");
  EXPECT_EQ(price("2.55").written(), "2.55");
  EXPECT_EQ(price("0.001").written(), "0.001");
  EXPECT_EQ(price("2.500").written(), "2.500");
  EXPECT_EQ(price("-11062.06").written(), "-11062.06");
  EXPECT_EQ(price("9999999999999999.99").written(), "9999999999999999.99");
}

TEST(Price, IsNegativeOnlyBelowZero) {
  EXPECT_TRUE(price("-0.001").negative());
  EXPECT_TRUE(price("-1").negative());
  EXPECT_FALSE(price("-0.00").negative());
  EXPECT_FALSE(price("0.01").negative());
}

TEST(Price, RefusesWhatIsNoDecimalOrHasTooManyDigits) {
  for (const std::string_view text : {"", "-", ".", "1.", ".5", "1,5", "1e3", "+1", "1.2.3", "--1",
                                      " 1", "NaN", "12345678901234567", "0.1234567890123456789"}) {
    EXPECT_FALSE(Price::parse(text)) << text;
  }
}

}  // namespace
}  // namespace cartograph::importers
