// Figures worked by hand.
#include "reports/usual_range.hpp"

#include <gtest/gtest.h>

namespace cartograph::reports {
namespace {

TEST(UsualRange, IsTheMedianAndTheMedianDistanceFromIt) {
  // Median 100; distances 20, 10, 0, 0, 10, 40, 60: median 10, so s = 14.826 (√100 = 10, 3 % = 3).
  const auto range = usual_range({80, 90, 100, 100, 110, 140, 160}, {.is_count = true});
  ASSERT_TRUE(range);
  EXPECT_DOUBLE_EQ(range->median, 100);
  EXPECT_DOUBLE_EQ(range->spread, 14.826);
  EXPECT_DOUBLE_EQ(range->low(), 100 - 51.891);
  EXPECT_TRUE(range->holds(151.8));
  EXPECT_FALSE(range->holds(152));
  EXPECT_FALSE(range->holds(48));
}

TEST(UsualRange, OfACountIsNoNarrowerThanChanceMakesIt) {
  const auto range = usual_range({400, 400, 400, 400, 400, 400}, {.is_count = true});
  EXPECT_DOUBLE_EQ(range->spread, 20);  // √400, above 3 % = 12
}

TEST(UsualRange, OfAnAmountIsNoNarrowerThanItsOrdersMakeItOrThreePerCent) {
  const std::vector<double> same(8, 1000);
  EXPECT_DOUBLE_EQ(usual_range(same, {.events = 25})->spread, 200);  // 1000 / √25
  EXPECT_DOUBLE_EQ(usual_range(same, {.events = 1e6})->spread, 30);
}

TEST(UsualRange, TakesSixValuesAboveNothing) {
  EXPECT_FALSE(usual_range({1, 2, 3, 4, 5}, {}));
  EXPECT_TRUE(usual_range({1, 2, 3, 4, 5, 6}, {}));
  EXPECT_FALSE(usual_range({0, 0, 0, 0, 0, 0, 0}, {.is_count = true}));
  EXPECT_FALSE(usual_range({-5, -5, -5, -5, -5, -5}, {}));
}

TEST(UsualRange, MedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(median({5}), 5);
}

TEST(SharesApart, IsTheTwoProportionTest) {
  // 30 of 100 against 20 of 100: pooled 0.25, error √(0.25 · 0.75 · 0.02) = 0.0612372.
  EXPECT_NEAR(shares_apart({30, 100}, {20, 100}), 1.632993, 1e-6);
  EXPECT_NEAR(shares_apart({20, 100}, {30, 100}), -1.632993, 1e-6);
  EXPECT_EQ(shares_apart({0, 0}, {20, 100}), 0);
  EXPECT_EQ(shares_apart({0, 50}, {0, 100}), 0);
}

TEST(SharesApart, ChanceIsNoLessThanOfTheBinomialDistribution) {
  // 2 of 3 against 0 of 3, at the rate of both, 1/3: 3 · 1/9 · 2/3 + 1/27 = 7/27.
  EXPECT_NEAR(chance_above({2, 3}, {0, 3}), 7.0 / 27, 1e-9);
  EXPECT_EQ(chance_above({0, 50}, {5, 50}), 1);
  // 5,150 of 10,000 against 5,000: 0.0681 at 0.5075, where the test alone has 0.0169.
  EXPECT_NEAR(chance_above({5150, 10000}, {5000, 10000}), 0.06808, 1e-5);
}

}  // namespace
}  // namespace cartograph::reports
