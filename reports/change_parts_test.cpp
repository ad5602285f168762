// Figures worked by hand, and sums that hold for random ones.
#include "reports/change_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

using testing::ElementsAre;

TEST(ProductParts, OfTwoFactorsAreEachItsChangeAtTheMeanOfTheOther) {
  // 100 orders of 50.00, then 120 of 60.00: +2,200.00. Orders: 20 · 55.00; value: 10.00 · 110.
  const auto parts = product_parts({{100, 1}, {500000, 100}}, {{120, 1}, {720000, 120}});
  ASSERT_TRUE(parts);
  EXPECT_THAT(*parts, ElementsAre(Money{110000}, Money{110000}));
}

TEST(ProductParts, OfThreeFactorsAreTheMeanOverAllOrdersOfChange) {
  // 10 customers · 2 orders · 5.00 = 100.00, then 12 · 3 · 4.00 = 144.00.
  // Customers: 2 · ((2·5 + 3·4) / 3 + (2·4 + 3·5) / 6) = 2 · (22/3 + 23/6) = 22.33…
  // Orders: 1 · ((10·5 + 12·4) / 3 + (10·4 + 12·5) / 6) = 98/3 + 100/6 = 49.33…
  // Value: −1 · ((10·2 + 12·3) / 3 + (10·3 + 12·2) / 6) = −(56/3 + 54/6) = −27.66…
  const auto parts =
      product_parts({{10, 1}, {20, 10}, {10000, 20}}, {{12, 1}, {36, 12}, {14400, 36}});
  ASSERT_TRUE(parts);
  EXPECT_THAT(*parts, ElementsAre(Money{2233}, Money{4934}, Money{-2767}));
}

TEST(ProductParts, NothingBelowALineIsNothingToDivideBy) {
  EXPECT_FALSE(product_parts({{0, 1}, {0, 0}}, {{12, 1}, {14400, 12}}));
}

TEST(ProductParts, AddUpToTheChangeToTheCent) {
  const std::uint64_t seed = tests::random_seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&](std::int64_t end) {
    return 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
  };
  for (int i = 0; i < 500; ++i) {
    const auto factors = [&] {
      const std::int64_t customers = 100'000 + below(1'000'000);
      const std::int64_t orders = customers + below(5'000'000);
      return std::vector<Ratio>{
          {customers, 1}, {orders, customers}, {below(1'000'000'000'000'000), orders}};
    };
    const auto before = factors();
    const auto after = factors();
    const auto parts = product_parts(before, after);
    ASSERT_TRUE(parts);
    std::int64_t sum = 0;
    for (const Money part : *parts) sum += part.cents;
    EXPECT_EQ(sum, after[2].over - before[2].over);
  }
}

TEST(AverageParts, AreMixAndRate) {
  // Before: 50 of 10.00 and 50 of 30.00, 20.00 on average. After: 75 of 12.00 and 25
  // of 30.00: 16.50. Mix: 0.25 · 11.00 − 0.25 · 30.00 = −4.75. Inside: 2.00 · 0.625 = 1.25.
  const auto parts = average_parts({{50, {50000}, 75, {90000}}, {50, {150000}, 25, {75000}}});
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->mix, Money{-475});
  EXPECT_EQ(parts->inside, Money{125});
  EXPECT_EQ(parts->change, Money{-350});
}

TEST(AverageParts, AGroupThatIsGoneIsAllMix) {
  // 20.00 and 40.00 on average 30.00; only the first is left: −10.00, all mix.
  const auto parts = average_parts({{10, {20000}, 10, {20000}}, {10, {40000}, 0, {0}}});
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->mix, Money{-1000});
  EXPECT_EQ(parts->inside, Money{0});
}

TEST(AverageParts, WithoutOrdersThereIsNoAverage) {
  EXPECT_FALSE(average_parts({{0, {0}, 10, {20000}}}));
  EXPECT_FALSE(average_parts({}));
}

}  // namespace
}  // namespace cartograph::reports
