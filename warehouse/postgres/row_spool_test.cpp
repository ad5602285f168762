// What is kept comes back, from memory and from the file.
#include "warehouse/postgres/row_spool.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cartograph::warehouse::postgres {
namespace {

std::vector<Row> rows_of(RowSpool& spool) {
  std::vector<Row> rows;
  spool.for_each([&](const Row& row) { rows.push_back(row); });
  return rows;
}

TEST(RowSpool, GivesBackEveryCellInOrder) {
  RowSpool spool;
  const std::vector<Row> rows = {{"a", {}, ""}, {std::string("\0\n,\"", 4), "Käse", {}}};
  for (const Row& row : rows) spool.append(row);
  EXPECT_EQ(rows_of(spool), rows);
}

TEST(RowSpool, OfNoRowsGivesNone) {
  RowSpool spool;
  EXPECT_TRUE(rows_of(spool).empty());
}

TEST(RowSpool, RowsWithoutColumnsAreCounted) {
  RowSpool spool;
  spool.append({});
  spool.append({});
  EXPECT_EQ(rows_of(spool).size(), 2U);
}

TEST(RowSpool, MoreThanMemoryHoldsIsInOrderToo) {
  RowSpool spool;
  constexpr int kRows = 5;
  for (int i = 0; i < kRows; ++i) {
    spool.append({std::to_string(i), std::string(RowSpool::kMemoryBytes / 2, 'x'), {}});
  }
  const std::vector<Row> rows = rows_of(spool);
  ASSERT_EQ(rows.size(), std::size_t{kRows});
  for (int i = 0; i < kRows; ++i) {
    const Row& row = rows[static_cast<std::size_t>(i)];
    EXPECT_EQ(row[0], std::to_string(i));
    EXPECT_EQ(row[1]->size(), RowSpool::kMemoryBytes / 2);
    EXPECT_FALSE(row[2]);
  }
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
