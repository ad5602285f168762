// Order, limits and failures of what is made ahead.
#include "ingestion/ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace cartograph::ingestion {
namespace {

TEST(Ahead, GivesThingsInOrder) {
  Ahead<std::unique_ptr<std::size_t>> ahead(
      500, 8, 16, [](std::size_t number) { return std::make_unique<std::size_t>(number); });
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(*ahead.take(i), i);
}

TEST(Ahead, MakesNoMoreThanTheWindow) {
  std::atomic<std::size_t> made = 0;
  std::atomic<std::size_t> taken = 0;
  std::atomic<bool> is_beyond = false;
  Ahead<int> ahead(200, 4, 6, [&](std::size_t number) {
    if (number >= taken + 6) is_beyond = true;
    ++made;
    return 1;
  });
  for (std::size_t i = 0; i < 200; ++i) {
    // Counted before it is taken: a place is free as soon as it is.
    ++taken;
    ahead.take(i);
  }
  EXPECT_EQ(made, 200U);
  EXPECT_FALSE(is_beyond);
}

TEST(Ahead, ThrowsWhatMakingOneHasThrownWhenItsTurnComes) {
  Ahead<int> ahead(3, 3, 3, [](std::size_t number) {
    if (number == 1) throw std::runtime_error("the second one");
    return static_cast<int>(number);
  });
  EXPECT_EQ(ahead.take(0), 0);
  EXPECT_THROW(ahead.take(1), std::runtime_error);
  EXPECT_EQ(ahead.take(2), 2);
}

TEST(Ahead, EndsInTheMidst) {
  std::atomic<int> made = 0;
  {
    Ahead<int> ahead(1'000'000, 4, 8, [&](std::size_t) { return ++made; });
    ahead.take(0);
  }
  EXPECT_LE(made, 9);
}

TEST(Ahead, OfNothingIsNothing) {
  Ahead<int> ahead(0, 4, 8, [](std::size_t) -> int { throw std::runtime_error("none"); });
}

}  // namespace
}  // namespace cartograph::ingestion
