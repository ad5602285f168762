// Rows made in C++, as SQL sees them.
#include "warehouse/duckdb/row_scan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

const Schema kEveryType{{"t", ColumnType::text},      {"i", ColumnType::integer},
                        {"b", ColumnType::bigint},    {"m", ColumnType::money},
                        {"z", ColumnType::timestamp}, {"d", ColumnType::date},
                        {"h", ColumnType::hash}};

// Rows that `fill` makes, numbered from 0, from as many cursors as there are threads.
class MadeRows final : public RowSource {
 public:
  using Fill = std::function<void(std::int64_t number, RowBatch& batch)>;
  MadeRows(Schema schema, std::int64_t rows, std::size_t cursors, Fill fill)
      : schema_(std::move(schema)), rows_(rows), cursors_(cursors), fill_(std::move(fill)) {}

  const Schema& schema() const override { return schema_; }
  std::size_t max_cursors() const override { return cursors_; }
  std::unique_ptr<Cursor> cursor() override { return std::make_unique<MadeCursor>(*this); }

 private:
  struct MadeCursor final : Cursor {
    explicit MadeCursor(MadeRows& rows) : source(rows) {}
    bool next(RowBatch& batch) override {
      while (!batch.full()) {
        const std::int64_t number = source.next_++;
        if (number >= source.rows_) break;
        source.fill_(number, batch);
        batch.add_row();
      }
      return batch.rows() > 0;
    }
    MadeRows& source;
  };

  Schema schema_;
  std::int64_t rows_;
  std::size_t cursors_;
  Fill fill_;
  std::atomic<std::int64_t> next_ = 0;
};

TEST(RowScan, GivesEveryTypeItsValueAndNulls) {
  MadeRows rows(kEveryType, 4, 1, [](std::int64_t number, RowBatch& batch) {
    for (std::size_t i = 0; i < kEveryType.size(); ++i) batch.set_null(i);
    if (number == 0) return;
    const bool low = number == 1;
    batch.set_text(0, low ? "" : number == 2 ? "é" : "more than twelve bytes, kept apart");
    batch.set_number(1, low ? std::numeric_limits<std::int32_t>::min() : 2'147'483'647);
    batch.set_number(2, low ? std::numeric_limits<std::int64_t>::min()
                            : std::numeric_limits<std::int64_t>::max());
    batch.set_number(3, low ? -5 : 999'999'999'999'999'999);
    batch.set_number(4, low ? -1 : 4'102'444'799'999'999);
    batch.set_number(5, low ? -1 : 47'846);
    batch.set_hash(6, low ? Hash128{0, 1} : Hash128{0xFEDCBA9876543210, 0x8000000000000001});
  });
  Session session("", Access::read_write, {});
  EXPECT_EQ(tests::csv_lines(session, "select * from " + session.scan(rows)),
            (std::vector<std::string>{
                "t,i,b,m,z,d,h",
                "\"more than twelve bytes, kept apart\",2147483647,9223372036854775807,"
                "9999999999999999.99,2099-12-31T23:59:59.999999Z,2100-12-31,"
                "fedcba98-7654-3210-8000-000000000001",
                ",,,,,,",
                ",-2147483648,-9223372036854775808,-0.05,1969-12-31T23:59:59.999999Z,1969-12-31,"
                "00000000-0000-0000-0000-000000000001",
                "é,2147483647,9223372036854775807,9999999999999999.99,"
                "2099-12-31T23:59:59.999999Z,2100-12-31,fedcba98-7654-3210-8000-000000000001"}));
}

TEST(RowScan, TellsAnEmptyTextFromNull) {
  MadeRows rows({{"t", ColumnType::text}}, 2, 1, [](std::int64_t number, RowBatch& batch) {
    if (number == 0) {
      batch.set_text(0, "");
    } else {
      batch.set_null(0);
    }
  });
  Session session("", Access::read_write, {});
  EXPECT_EQ(session
                .query("select count(*) filter (where t = '') * 10 "
                       "+ count(*) filter (where t is null) from " +
                       session.scan(rows))
                .number(),
            11);
}

TEST(RowScan, HashesHaveTheOrderOfTheirBytesAndSurviveParquet) {
  const tests::TemporaryFolder folder;
  const auto file = quote_literal((folder / "h.parquet").string());
  MadeRows rows({{"h", ColumnType::hash}}, 3, 1, [](std::int64_t number, RowBatch& batch) {
    batch.set_hash(0, {static_cast<std::uint64_t>(number) << 62, ~std::uint64_t{0}});
  });
  Session session("", Access::read_write, {});
  session.execute("copy (select h from " + session.scan(rows) + ") to " + file);
  std::string hashes;
  for (const auto& row :
       session.query("select cast(h as text) from read_parquet(" + file + ") order by h").rows) {
    hashes += row[0]->substr(0, 8) + " ";
  }
  EXPECT_EQ(hashes, "00000000 40000000 80000000 ");
  EXPECT_EQ(session.query("select distinct typeof(h) from read_parquet(" + file + ")").rows[0][0],
            "UUID");
}

TEST(RowScan, ReadsEveryRowOnceWithAnyNumberOfThreads) {
  constexpr std::int64_t kRows = 300'000;
  for (const std::size_t threads : {1u, 2u, 4u}) {
    MadeRows rows({{"n", ColumnType::bigint}, {"t", ColumnType::text}}, kRows, threads,
                  [](std::int64_t number, RowBatch& batch) {
                    batch.set_number(0, number);
                    if (number % 3 == 0) {
                      batch.set_null(1);
                    } else {
                      batch.set_text(1, batch.arena().keep(fmt::format("text of row {}", number)));
                    }
                  });
    Session session("", Access::read_write, {{}, static_cast<int>(threads)});
    session.execute("create table r as select * from " + session.scan(rows));
    EXPECT_EQ(session.query("select count(distinct n) from r").number(), kRows);
    EXPECT_EQ(session.query("select count(*) from r").number(), kRows);
    EXPECT_EQ(session
                  .query("select count(*) from r where t is not distinct from "
                         "case when n % 3 = 0 then null else 'text of row ' || n end")
                  .number(),
              kRows);
  }
}

TEST(RowScan, OfNoRowsIsAnEmptyTable) {
  MadeRows rows(kEveryType, 0, 2, [](std::int64_t, RowBatch&) {});
  Session session("", Access::read_write, {});
  EXPECT_EQ(session.query("select count(*) from " + session.scan(rows)).number(), 0);
}

TEST(RowScan, AnErrorOfTheSourceUndoesTheStatement) {
  MadeRows rows({{"n", ColumnType::bigint}}, 100'000, 2, [](std::int64_t number, RowBatch& batch) {
    if (number == 90'000) throw Error("row 90000 broke");
    batch.set_number(0, number);
  });
  Session session("", Access::read_write, {});
  session.execute("create table t (n bigint)");
  const std::string message = tests::message_of<Error>(
      [&] { session.execute("insert into t select n from " + session.scan(rows)); });
  EXPECT_NE(message.find("row 90000 broke"), std::string::npos) << message;
  EXPECT_EQ(session.query("select count(*) from t").number(), 0);
}

TEST(RowScan, AnErrorInMakingACursorIsTheStatementsError) {
  class NoCursor final : public RowSource {
   public:
    const Schema& schema() const override { return schema_; }
    std::size_t max_cursors() const override { return 1; }
    std::unique_ptr<Cursor> cursor() override { throw Error("no cursor to be had"); }

   private:
    Schema schema_{{"n", ColumnType::bigint}};
  };
  NoCursor rows;
  Session session("", Access::read_write, {});
  const std::string message = tests::message_of<Error>(
      [&] { session.query("select count(*) from " + session.scan(rows)); });
  EXPECT_NE(message.find("no cursor to be had"), std::string::npos) << message;
}

}  // namespace
}  // namespace cartograph::warehouse::duckdb
