// Batches of rows and the bytes that they keep.
#include "base/row_batch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cartograph {
namespace {

TEST(RowBatch, HoldsAValueOrNullOfEachColumn) {
  RowBatch batch({{"t", ColumnType::text}, {"n", ColumnType::bigint}, {"h", ColumnType::hash}});
  batch.set_text(0, "a");
  batch.set_number(1, -7);
  batch.set_hash(2, {1, 2});
  batch.add_row();
  for (std::size_t column = 0; column < 3; ++column) batch.set_null(column);
  batch.add_row();

  ASSERT_EQ(batch.rows(), 2u);
  EXPECT_EQ(batch.column(0).texts[0], "a");
  EXPECT_EQ(batch.column(1).numbers[0], -7);
  EXPECT_EQ(batch.column(2).hashes[0], (Hash128{1, 2}));
  for (std::size_t column = 0; column < 3; ++column) {
    EXPECT_EQ(batch.column(column).valid[0], 1);
    EXPECT_EQ(batch.column(column).valid[1], 0);
  }
}

TEST(RowBatch, AValueAfterClearTakesThePlaceOfANull) {
  RowBatch batch({{"n", ColumnType::integer}});
  batch.set_null(0);
  batch.add_row();
  batch.clear();
  EXPECT_EQ(batch.rows(), 0u);
  batch.set_number(0, 3);
  batch.add_row();
  EXPECT_EQ(batch.column(0).valid[0], 1);
}

TEST(RowBatch, IsFullAtItsNumberOfRows) {
  RowBatch batch({{"n", ColumnType::integer}});
  for (std::size_t i = 0; i < kBatchRows; ++i) {
    EXPECT_FALSE(batch.full());
    batch.set_number(0, 0);
    batch.add_row();
  }
  EXPECT_TRUE(batch.full());
}

TEST(TextArena, KeepsTextsInPlaceWhileItGrows) {
  TextArena arena;
  std::vector<std::string> originals;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 200; ++i) {
    originals.push_back(
        std::string(static_cast<std::size_t>(i * 37), static_cast<char>('a' + i % 26)));
    kept.push_back(arena.keep(originals.back()));
  }
  originals.push_back(std::string(1'000'000, 'z'));  // larger than a block of the arena
  kept.push_back(arena.keep(originals.back()));
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], originals[i]) << i;
}

TEST(TextArena, CanBeUsedAgainAfterClear) {
  TextArena arena;
  for (int round = 0; round < 3; ++round) {
    const std::string big(100'000, static_cast<char>('a' + round));
    const auto first = arena.keep(big);
    const auto second = arena.keep("tail");
    EXPECT_EQ(first, big);
    EXPECT_EQ(second, "tail");
    arena.clear();
  }
  EXPECT_EQ(arena.keep(""), "");
}

TEST(TextArena, RewindTakesBackWhatWasKeptSinceAndNothingElse) {
  TextArena arena;
  const auto first = arena.keep("first");
  for (const std::size_t size : {10U, 100'000U, 1'000'000U, 10U}) {
    const TextArena::Mark mark = arena.mark();
    arena.keep(std::string(size, 'x'));
    arena.keep(std::string(size, 'y'));
    arena.rewind(mark);
    const auto again = arena.keep("again");
    EXPECT_EQ(first, "first") << size;
    EXPECT_EQ(again, "again") << size;
  }
}

TEST(TextArena, WhatIsTakenBackIsUsedAgain) {
  TextArena arena;
  arena.keep("first");
  const char* place = nullptr;
  for (int round = 0; round < 3; ++round) {
    const TextArena::Mark mark = arena.mark();
    const auto kept = arena.keep(std::string(1000, 'x'));
    if (place != nullptr) {
      EXPECT_EQ(kept.data(), place);
    }
    place = kept.data();
    arena.rewind(mark);
  }
}

TEST(SqlType, NamesAreOnesThatBothEnginesKnow) {
  EXPECT_EQ(sql_type(ColumnType::text), "text");
  EXPECT_EQ(sql_type(ColumnType::integer), "integer");
  EXPECT_EQ(sql_type(ColumnType::bigint), "bigint");
  EXPECT_EQ(sql_type(ColumnType::money), "numeric(18,2)");
  EXPECT_EQ(sql_type(ColumnType::timestamp), "timestamp with time zone");
  EXPECT_EQ(sql_type(ColumnType::date), "date");
  EXPECT_EQ(sql_type(ColumnType::hash), "uuid");
}

}  // namespace
}  // namespace cartograph
