// How figures and days are written.
#include "reports/wording.hpp"

#include <gtest/gtest.h>

namespace cartograph::reports {
namespace {

constexpr Day kFirst{20089};  // 1 January 2025

TEST(Wording, MoneyHasTheStoresSignOrCodeARealMinusAndThousands) {
  EXPECT_EQ(money_text({123456750}, "EUR"), "€1,234,567.50");
  EXPECT_EQ(money_text({-1}, "USD"), "−$0.01");
  EXPECT_EQ(money_text({100000}, "CHF"), "CHF 1,000.00");
  EXPECT_EQ(money_text({99900}, "GBP"), "£999.00");
}

TEST(Wording, CountsAndRates) {
  EXPECT_EQ(count_text(1234), "1,234");
  EXPECT_EQ(count_text(-1234567), "−1,234,567");
  EXPECT_EQ(rate_text(0.0534), "5.3 %");
  EXPECT_EQ(rate_text(-12.5), "−1,250.0 %");
  EXPECT_EQ(rate_text(-0.0001), "0.0 %");
  EXPECT_EQ(rate_text(0.25, 0), "25 %");
  EXPECT_EQ(points_text(0.0124), "+1.2 points");
  EXPECT_EQ(points_text(-0.005), "−0.5 points");
  EXPECT_EQ(points_text(0.0001), "0.0 points");
  EXPECT_EQ(counted_text(1, "SKU", "SKUs"), "1 SKU");
  EXPECT_EQ(counted_text(2000, "SKU", "SKUs"), "2,000 SKUs");
}

TEST(Wording, DaysAndRanges) {
  EXPECT_EQ(day_text(kFirst), "1 Jan 2025");
  EXPECT_EQ(month_text(kFirst), "Jan 2025");
  EXPECT_EQ(range_text({kFirst, kFirst + 29}), "1 Jan – 30 Jan 2025");
  EXPECT_EQ(range_text({kFirst + -2, kFirst + 4}), "30 Dec 2024 – 5 Jan 2025");
  EXPECT_EQ(range_text({kFirst, kFirst}), "1 Jan 2025");
}

TEST(Wording, NamesOfStoresCannotBecomeMarkup) {
  EXPECT_EQ(html_text("<img src=\"x\">&"), "&lt;img src=&quot;x&quot;&gt;&amp;");
  EXPECT_EQ(markdown_text("a|b\n<i> [x](y) `c`"), "a\\|b &lt;i> \\[x](y) \\`c\\`");
}

}  // namespace
}  // namespace cartograph::reports
