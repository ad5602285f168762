// Values out of cells, and as people read them.
#include "cli/cells.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace cartograph::cli {
namespace {

TEST(Cells, HoldAmountsToTheCent) {
  EXPECT_EQ(money_of("12.34").cents, 1234);
  EXPECT_EQ(money_of("-0.05").cents, -5);
  EXPECT_EQ(money_of("9999999999999999.99").cents, 999999999999999999);
  EXPECT_EQ(money_of("0").cents, 0);
  EXPECT_EQ(money_of(std::nullopt).cents, 0);
}

TEST(Cells, OfAnotherKindAreRefused) {
  EXPECT_THROW(money_of("1.234"), Error);
  EXPECT_THROW(money_of("many"), Error);
  EXPECT_THROW(number_of("1.5"), Error);
  EXPECT_THROW(number_of(""), Error);
  EXPECT_THROW(instant_of("noon"), Error);
}

TEST(Cells, HoldNumbersAndTimes) {
  EXPECT_EQ(number_of("-7"), -7);
  EXPECT_EQ(number_of(std::nullopt), 0);
  EXPECT_EQ(instant_of("1970-01-02T00:00:00.000001Z").micros, kMicrosPerDay + 1);
}

TEST(ShownInstant, LeavesOutDecimalsThatSayNothing) {
  EXPECT_EQ(shown_instant("2025-03-01T10:00:00.000000Z"), "2025-03-01T10:00:00Z");
  EXPECT_EQ(shown_instant("2025-03-01T10:00:00.500000Z"), "2025-03-01T10:00:00.5Z");
  EXPECT_EQ(shown_instant("2025-03-01T10:00:00.000001Z"), "2025-03-01T10:00:00.000001Z");
  EXPECT_EQ(shown_instant(std::nullopt), "-");
}

TEST(Counted, PutsTheNounIntoThePlural) {
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(source_of("2025-03-10/orders.csv", "4"), "2025-03-10/orders.csv:4");
}

}  // namespace
}  // namespace cartograph::cli
