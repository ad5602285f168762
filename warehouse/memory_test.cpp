// Parts of one memory never add up to more than it.
#include "warehouse/memory.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace cartograph::warehouse {
namespace {

TEST(MemoryPart, IsWhatWasAskedForWhereItIsFree) {
  const MemoryPart first(1000, 75);
  const MemoryPart second(1000, 25);
  EXPECT_EQ(first.bytes(), 750u);
  EXPECT_EQ(second.bytes(), 250u);
  EXPECT_EQ(MemoryPart::held(), 1000u);
}

TEST(MemoryPart, OfManyIsSmallerAndTheirSumIsNeverMoreThanAll) {
  std::vector<std::unique_ptr<MemoryPart>> parts;
  for (int i = 0; i < 8; ++i) {
    parts.push_back(std::make_unique<MemoryPart>(1'000'000, 75));
    EXPECT_GT(parts.back()->bytes(), 0u);
    EXPECT_LE(MemoryPart::held(), 1'000'000u);
  }
  parts.clear();
  EXPECT_EQ(MemoryPart::held(), 0u) << "they are given back";
  EXPECT_EQ(MemoryPart(1'000'000, 75).bytes(), 750'000u);
}

TEST(MemoryPart, OfNoLimitIsNoLimit) {
  const MemoryPart part(0, 75);
  EXPECT_EQ(part.bytes(), 0u);
  EXPECT_EQ(MemoryPart::held(), 0u);
}

}  // namespace
}  // namespace cartograph::warehouse
