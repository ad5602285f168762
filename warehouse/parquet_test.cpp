// Rows go into files and come back as they were.
#include "warehouse/parquet.hpp"

#include <duckdb.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

// The numbers from `first` downwards, `count` of them.
class Numbers final : public RowSource {
 public:
  Numbers(std::string column, std::int64_t first, std::int64_t count)
      : schema_{{std::move(column), ColumnType::bigint}}, next_(first), left_(count) {}
  const Schema& schema() const override { return schema_; }
  std::size_t max_cursors() const override { return 1; }
  std::unique_ptr<Cursor> cursor() override {
    struct NumbersCursor final : Cursor {
      explicit NumbersCursor(Numbers& of) : source(of) {}
      bool next(RowBatch& batch) override {
        for (; !batch.full() && source.left_ > 0; --source.left_) {
          batch.set_number(0, source.next_--);
          batch.add_row();
        }
        return batch.rows() > 0;
      }
      Numbers& source;
    };
    return std::make_unique<NumbersCursor>(*this);
  }

 private:
  Schema schema_;
  std::int64_t next_;
  std::int64_t left_;
};

class InParquet : public testing::Test {
 protected:
  std::vector<std::int64_t> numbers(const ParquetFiles& files, std::string_view expressions) {
    std::vector<std::int64_t> found;
    parquet_.read(files, expressions, [&](duckdb_data_chunk chunk) {
      const auto* values = static_cast<const std::int64_t*>(
          duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
      found.insert(found.end(), values, values + duckdb_data_chunk_get_size(chunk));
    });
    return found;
  }

  tests::TemporaryFolder folder_;
  Parquet parquet_{{folder_.path(), 2}};
};

TEST_F(InParquet, RowsComeBackWhole) {
  Numbers source("n", 10'000, 10'000);
  EXPECT_EQ(parquet_.write(folder_ / "n.parquet", source), 10'000);
  std::vector<std::int64_t> found = numbers({folder_ / "n.parquet"}, "n + 1");
  std::sort(found.begin(), found.end());
  ASSERT_EQ(found.size(), 10'000u);
  EXPECT_EQ(found.front(), 2);
  EXPECT_EQ(found.back(), 10'001);
}

TEST_F(InParquet, AreSortedWhereThatIsAskedFor) {
  Numbers source("n", 5'000, 5'000);
  parquet_.write(folder_ / "n.parquet", source, "n");
  const std::vector<std::int64_t> found = numbers({folder_ / "n.parquet"}, "n");
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
}

TEST_F(InParquet, OfSeveralHaveTheColumnsOfAll) {
  Numbers first("a", 1, 1);
  Numbers second("b", 2, 1);
  parquet_.write(folder_ / "a's.parquet", first);
  parquet_.write(folder_ / "b.parquet", second);
  const ParquetFiles both = {folder_ / "a's.parquet", folder_ / "b.parquet"};
  EXPECT_EQ(parquet_.columns(both), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(numbers(both, "coalesce(a, 0) + coalesce(b, 0)").size(), 2u);
  parquet_.export_csv(both, "a, b", folder_ / "all.csv");
  EXPECT_EQ(tests::read_file(folder_ / "all.csv"), "a,b\n1,\n,2\n");
}

TEST_F(InParquet, ThatAreNoneAreNamed) {
  const auto broken = tests::write_file(folder_ / "broken.parquet", "no parquet");
  const std::string message = tests::message_of<Error>([&] { parquet_.columns({broken}); });
  EXPECT_NE(message.find("broken.parquet"), std::string::npos) << message;
}

TEST_F(InParquet, AreNotWrittenFurtherOnceItIsInterrupted) {
  Numbers source("n", 10, 10);
  parquet_.interrupt();
  EXPECT_THROW(parquet_.write(folder_ / "n.parquet", source), Stopped);
  parquet_.resume();
  EXPECT_EQ(parquet_.write(folder_ / "n.parquet", source), 10);
}

}  // namespace
}  // namespace cartograph::warehouse
