// Parts of one memory never add up to more than it.
#include "warehouse/memory.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace cartograph::warehouse {
namespace {

TEST(MemoryPart, IsWhatWasAskedForWhereItIsFreeAndElseThreeQuartersOfTheRest) {
  const MemoryPart first(1000, 75);
  const MemoryPart second(1000, 15);
  const MemoryPart third(1000, 25);
  EXPECT_EQ(first.bytes(), 750u);
  EXPECT_EQ(second.bytes(), 150u);
  EXPECT_EQ(third.bytes(), 75u);
  EXPECT_EQ(MemoryPart::held(), 975u);
}

// A server's readers, while one run takes the place of another.
TEST(MemoryPart, OfASixthReaderIsStillEnoughToRead) {
  constexpr std::uint64_t kServer = std::uint64_t{800} << 20;
  std::vector<std::unique_ptr<MemoryPart>> readers;
  for (int i = 0; i < 6; ++i) readers.push_back(std::make_unique<MemoryPart>(kServer, 25));
  EXPECT_GE(readers.back()->bytes(), std::uint64_t{8} << 20);
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
