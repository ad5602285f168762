// Rejected rows come back as they went in, in order, whatever bytes are in them.
#include "ingestion/reject_spool.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

std::vector<std::string> drained(RejectSpool& spool) {
  std::vector<std::string> rows;
  RowBatch batch(spool.schema());
  const auto cursor = spool.cursor();
  while (cursor->next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      rows.push_back(fmt::format("{}|{}|{}|{}|{}|{}|{}", batch.column(0).texts[i],
                                 batch.column(1).texts[i], batch.column(2).numbers[i],
                                 batch.column(3).texts[i], batch.column(4).texts[i],
                                 batch.column(5).texts[i], batch.column(6).numbers[i]));
    }
    batch.clear();
  }
  EXPECT_EQ(batch.rows(), 0u);
  return rows;
}

TEST(RejectSpool, GivesBackWhatWasAppendedInOrder) {
  const tests::TemporaryFolder folder;
  RejectSpool spool(folder / "tmp", "run-1");
  spool.append(
      {"2025-03-10/orders.csv", 7, "orders", "status: required", "a,\"b\nc\"\r", Instant{5}});
  spool.append({"2025-03-10/returns.csv", 2, "returns", "row: not UTF-8", "\xFF", Instant{-6}});
  spool.append({"f", 0, "f", "", "", Instant{0}});
  EXPECT_EQ(spool.rows(), 3);
  const std::vector<std::string> expected{
      "run-1|2025-03-10/orders.csv|7|orders|status: required|a,\"b\nc\"\r|5",
      "run-1|2025-03-10/returns.csv|2|returns|row: not UTF-8|\xEF\xBF\xBD|-6", "run-1|f|0|f|||0"};
  EXPECT_EQ(drained(spool), expected);
  EXPECT_EQ(drained(spool), expected) << "a second pass gives the same";
}

TEST(RejectSpool, HasTheColumnsOfQuarantine) {
  const tests::TemporaryFolder folder;
  const RejectSpool spool(folder / "tmp", "run-1");
  std::string columns;
  for (const ColumnSpec& column : spool.schema()) {
    columns += column.name + " " + std::string(sql_type(column.type)) + "\n";
  }
  EXPECT_EQ(columns,
            "run_id text\nsource_file text\nsource_line bigint\nfeed text\nreasons text\n"
            "raw_row text\ningested_at timestamp with time zone\n");
  EXPECT_EQ(spool.max_cursors(), 1u);
}

TEST(RejectSpool, OfNothingGivesNothing) {
  const tests::TemporaryFolder folder;
  RejectSpool spool(folder / "tmp", "run-1");
  EXPECT_TRUE(drained(spool).empty());
  EXPECT_EQ(spool.rows(), 0);
}

TEST(RejectSpool, HoldsMoreThanABatchFromSeveralThreads) {
  const tests::TemporaryFolder folder;
  RejectSpool spool(folder / "tmp", "r");
  constexpr int kRows = 5'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      const std::string file = fmt::format("file-{}", t);
      for (int i = 0; i < kRows; ++i) {
        const std::string raw = fmt::format("{}:{}", file, i);
        spool.append({file, i, "orders", "reason", raw, Instant{t}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(spool.rows(), 3 * kRows);
  std::vector<int> next(3, 0);
  for (const std::string& row : drained(spool)) {
    const auto t = static_cast<std::size_t>(row[7] - '0');
    ASSERT_EQ(row, fmt::format("r|file-{0}|{1}|orders|reason|file-{0}:{1}|{0}", t, next[t]));
    ++next[t];
  }
  EXPECT_EQ(next, (std::vector<int>{kRows, kRows, kRows}));
}

TEST(RejectSpool, CutsOnlyRawRowsThatAreLongerThanItsLimit) {
  const tests::TemporaryFolder folder;
  RejectSpool spool(folder / "tmp", "r");
  const std::string longest(kRawRowBytesMax, 'a');
  for (int i = 0; i < 40; ++i) spool.append({"f", i, "f", "m", longest, Instant{}});
  spool.append({"f", 40, "f", "m", longest + "b", Instant{}});
  const auto rows = drained(spool);
  ASSERT_EQ(rows.size(), 41u);
  for (int i = 0; i <= 40; ++i) {
    ASSERT_TRUE(rows[static_cast<std::size_t>(i)] == fmt::format("r|f|{}|f|m|{}|0", i, longest))
        << i;
  }
}

TEST(RejectSpool, LeavesNoFileBehind) {
  const tests::TemporaryFolder folder;
  {
    RejectSpool spool(folder / "tmp", "r");
    spool.append({"f", 1, "f", "m", "raw", Instant{}});
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "tmp"));
}

TEST(RejectSpool, WithoutAFolderToWriteIntoIsAnError) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "tmp", "a file in its place");
  EXPECT_THROW(RejectSpool(folder / "tmp", "r"), std::exception);
}

}  // namespace
}  // namespace cartograph::ingestion
