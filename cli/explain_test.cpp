// What the explanations share.
#include "cli/explain.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace cartograph::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Prorate, RoundsHalvesAwayFromZeroOnce) {
  EXPECT_EQ(prorate(Money{3700}, 1, 3).cents, 1233);
  EXPECT_EQ(prorate(Money{3700}, 2, 3).cents, 2467);
  EXPECT_EQ(prorate(Money{1}, 1, 2).cents, 1);
  EXPECT_EQ(prorate(Money{-1}, 1, 2).cents, -1);
  EXPECT_EQ(prorate(Money{-3700}, 1, 3).cents, -1233);
  EXPECT_EQ(prorate(Money{3700}, 0, 3).cents, 0);
  EXPECT_EQ(prorate(Money{3700}, 3, 3).cents, 3700);
}

TEST(Prorate, HoldsTheLargestAmounts) {
  EXPECT_EQ(prorate(Money{999999999999999999}, 999999999999999999, 999999999999999999).cents,
            999999999999999999);
}

TEST(ShownRows, CountsWhatItLeavesOut) {
  ShownRows first(ExplainOptions{false});
  ShownRows all(ExplainOptions{true});
  for (std::size_t i = 0; i < kRowsShown + 3; ++i) {
    for (ShownRows* rows : {&first, &all}) {
      rows->add({{"n", warehouse::CellType::text}}, {"row" + std::to_string(i) + "."});
    }
  }
  std::ostringstream out, out_all;
  first.print(out, "Heading", "none");
  all.print(out_all, "Heading", "none");
  EXPECT_THAT(out.str(), HasSubstr("row19."));
  EXPECT_THAT(out.str(), Not(HasSubstr("row20.")));
  EXPECT_THAT(out.str(), HasSubstr("… and 3 more (--all shows them)"));
  EXPECT_THAT(out_all.str(), HasSubstr("row22."));
  EXPECT_THAT(out_all.str(), Not(HasSubstr("more")));
}

TEST(ShownRows, SayWhenThereAreNone) {
  std::ostringstream out;
  ShownRows(ExplainOptions{}).print(out, "Heading", "nothing at all");
  EXPECT_EQ(out.str(), "\nHeading\nnothing at all\n");
}

TEST(Proof, ListsEveryDifference) {
  Proof proof;
  proof.expect_equal("gross", Money{100}, "1.00");
  std::ostringstream fine;
  EXPECT_TRUE(proof.conclude(fine, "Adds up."));
  EXPECT_THAT(fine.str(), HasSubstr("Adds up."));
  proof.expect_equal("net", Money{100}, "0.99");
  proof.expect_equal("units", std::int64_t{0}, std::nullopt);
  std::ostringstream out;
  EXPECT_FALSE(proof.conclude(out, "Adds up."));
  EXPECT_THAT(out.str(), HasSubstr("net: worked out 1.00, published 0.99\n"));
  EXPECT_THAT(out.str(), HasSubstr("units: worked out 0, published nothing\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("gross")));
}

}  // namespace
}  // namespace cartograph::cli
