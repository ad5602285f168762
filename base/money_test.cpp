// Amounts as text, and their exact sums.
#include "base/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace cartograph {
namespace {

TEST(Money, IsWrittenWithTwoDecimals) {
  EXPECT_EQ(to_string(Money{0}), "0.00");
  EXPECT_EQ(to_string(Money{5}), "0.05");
  EXPECT_EQ(to_string(Money{1250}), "12.50");
  EXPECT_EQ(to_string(Money{100'000'000}), "1000000.00");
}

TEST(Money, KeepsItsSignBelowOneUnit) {
  EXPECT_EQ(to_string(Money{-5}), "-0.05");
  EXPECT_EQ(to_string(Money{-1999}), "-19.99");
}

TEST(Money, WritesTheExtremesOfItsRange) {
  EXPECT_EQ(to_string(Money{std::numeric_limits<std::int64_t>::max()}), "92233720368547758.07");
  EXPECT_EQ(to_string(Money{std::numeric_limits<std::int64_t>::min()}), "-92233720368547758.08");
}

TEST(Money, AddsSubtractsMultipliesAndComparesExactly) {
  EXPECT_EQ(Money{10} + Money{20}, Money{30});
  EXPECT_EQ(Money{10} - Money{20}, Money{-10});
  EXPECT_EQ(Money{1999} * 3, Money{5997});
  EXPECT_LT(Money{-1}, Money{0});
}

}  // namespace
}  // namespace cartograph
