// Distances between names.
#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace cartograph {
namespace {

TEST(Edits, CountLettersPutInTakenOutAndReplaced) {
  EXPECT_EQ(edits("", ""), 0u);
  EXPECT_EQ(edits("abc", "abc"), 0u);
  EXPECT_EQ(edits("", "abc"), 3u);
  EXPECT_EQ(edits("abc", "ac"), 1u);
  EXPECT_EQ(edits("abc", "axc"), 1u);
  EXPECT_EQ(edits("kitten", "sitting"), 3u);
}

TEST(Nearest, IsTheFirstOfThoseThatAreClosest) {
  EXPECT_EQ(nearest("landng", {"data", "landing", "warehouse"}), "landing");
  EXPECT_EQ(nearest("x", {"a", "b"}), "a");
}

}  // namespace
}  // namespace cartograph
