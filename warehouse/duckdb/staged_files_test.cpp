// Staging that lies in the lake: what is listed, what readers see of it, and what becomes of files
// that are gone, too many, or from a time when staging was tables.
#include "warehouse/duckdb/staged_files.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/duckdb_warehouse.hpp"
#include "warehouse/duckdb/session.hpp"
#include "warehouse/staged_lake.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

namespace fs = std::filesystem;
using List = std::vector<std::string>;
using testing::HasSubstr;

const TableSpec kTable = {"stg_returns",
                          {{"return_id", ColumnType::text},
                           {"amount", ColumnType::money},
                           {"reason", ColumnType::text, true},
                           {"source_file", ColumnType::text},
                           {"ingested_at", ColumnType::timestamp},
                           {"row_hash", ColumnType::hash}},
                          {"return_id"},
                          {}};

class StagedFiles : public testing::Test {
 protected:
  Options options() const { return {folder_ / "data", 1}; }
  DuckdbWarehouse warehouse() const { return {folder_ / "data" / "w.duckdb", options()}; }
  fs::path lake() const { return folder_ / "data" / "lake"; }

  std::unique_ptr<Writer> writer() {
    auto taken = warehouse().writer();
    // As the migrations of a run do.
    taken->execute(
        "create table if not exists lake_files (table_name text, path text, rows bigint, "
        "bytes bigint, columns text, run_id text); "
        "create table if not exists settings (name text, value text); "
        "create table if not exists run_log (run_id text, status text, finished_at timestamptz, "
        "started_at timestamptz); "
        "create table if not exists fct_revenue_daily (date date, orders bigint); "
        "insert into settings select 'warehouse_id', 'one' where not exists (from settings)");
    staged(*taken).make_tables({kTable});
    staged(*taken).use_lake(lake());
    return taken;
  }
  static StagedLake& staged(Writer& writer) { return *staged_lake(writer); }

  static std::string rows(const List& ids) {
    std::string values;
    for (const std::string& id : ids) {
      values += fmt::format("{}('{}')", values.empty() ? "" : ", ", id);
    }
    return fmt::format(
        "select r.id as return_id, cast(1.5 as numeric(18,2)) as amount, 'why' as reason, "
        "'f.csv' as source_file, timestamptz '2025-03-01 00:00:00+00' as ingested_at, "
        "cast(md5(r.id) as uuid) as row_hash from (values {}) r(id)",
        values);
  }
  // A file of the lake with a row for each of the ids.
  fs::path file(const std::string& name, const List& ids, std::string_view without = "") {
    const fs::path path = lake() / "stg_returns" / name;
    fs::create_directories(path.parent_path());
    const std::string some =
        without.empty() ? rows(ids)
                        : fmt::format("select * exclude ({}) from ({})", without, rows(ids));
    Session("", Access::read_write, {})
        .execute(fmt::format("copy ({}) to {}", some, quote_literal(path.string())));
    return path;
  }
  // A published warehouse that lists these files.
  void publish(const std::vector<fs::path>& files) {
    const auto taken = writer();
    taken->load("stg_returns", files);
    taken->publish();
  }
  static List ids(Connection& connection) {
    return tests::csv_lines(connection, "select return_id from stg_returns order by 1");
  }

  tests::TemporaryFolder folder_;
};

TEST_F(StagedFiles, AreNoRowsOfTheTableUntilTheyAreListed) {
  const fs::path first = file("run-1.parquet", {"A", "B"});
  file("run-2.parquet", {"C"});
  publish({first});
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id", "A", "B"}));
}

TEST_F(StagedFiles, HaveTheTypesOfTheContractAlsoWhereThereAreNone) {
  publish({});
  const auto types =
      "select string_agg(data_type, ' ' order by ordinal_position) from "
      "information_schema.columns where table_name = 'stg_returns'";
  const std::string expected =
      "VARCHAR DECIMAL(18,2) VARCHAR VARCHAR TIMESTAMP WITH TIME ZONE UUID";
  EXPECT_EQ(warehouse().reader()->query(types).rows[0][0], expected);
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id"}));
  publish({file("run-1.parquet", {"A"})});
  EXPECT_EQ(warehouse().reader()->query(types).rows[0][0], expected);
}

TEST_F(StagedFiles, AreListedAndForgottenWithTheirTransaction) {
  publish({file("run-1.parquet", {"A"})});
  const auto taken = writer();
  taken->begin();
  taken->load("stg_returns", {file("run-2.parquet", {"B"})});
  EXPECT_EQ(ids(*taken), (List{"return_id", "A", "B"}));
  taken->rollback();
  EXPECT_EQ(ids(*taken), (List{"return_id", "A"}));
  taken->begin();
  staged(*taken).clear("stg_returns");
  EXPECT_EQ(ids(*taken), (List{"return_id"}));
  taken->rollback();
  EXPECT_EQ(ids(*taken), (List{"return_id", "A"}));
}

TEST_F(StagedFiles, OfAColumnThatTheContractHasGainedSinceAreNullThere) {
  publish({file("run-1.parquet", {"A"}, "reason"), file("run-2.parquet", {"B"})});
  EXPECT_EQ(tests::csv_lines(*warehouse().reader(),
                             "select return_id, reason from stg_returns order by 1"),
            (List{"return_id,reason", "A,", "B,why"}));
}

TEST_F(StagedFiles, LeaveTheCommentsOfTheirTableWhenTheyAreListed) {
  {
    const auto taken = writer();
    taken->execute(
        "comment on view stg_returns is 'One row is a return.'; "
        "comment on column stg_returns.reason is 'What the customer''s reason was.'");
    taken->load("stg_returns", {file("run-1.parquet", {"A"})});
    taken->publish();
  }
  EXPECT_EQ(tests::csv_lines(*warehouse().reader(),
                             "select comment from duckdb_views() where view_name = 'stg_returns' "
                             "union all select comment from duckdb_columns() "
                             "where table_name = 'stg_returns' and comment is not null order by 1"),
            (List{"comment", "One row is a return.", "What the customer's reason was."}));
}

TEST_F(StagedFiles, MoveWithTheDataFolder) {
  publish({file("run-1.parquet", {"A"})});
  fs::rename(folder_ / "data", folder_ / "moved, it's");
  DuckdbWarehouse moved(folder_ / "moved, it's" / "w.duckdb", {folder_ / "moved, it's", 1});
  EXPECT_EQ(ids(*moved.reader()), (List{"return_id", "A"}));
}

// What such a name matches as a pattern is another folder, with files of the same names.
TEST_F(StagedFiles, LieInFoldersWhosePathsWouldBePatterns) {
  publish({file("run-1.parquet", {"A"})});
  fs::copy(folder_ / "data", folder_ / "1", fs::copy_options::recursive);
  for (const std::string name : {"[1]", "da*", "d[!x]ta", "**"}) {
    const fs::path data = folder_ / name;
    fs::copy(folder_ / "data", data, fs::copy_options::recursive);
    DuckdbWarehouse named(data / "w.duckdb", {data, 1});
    EXPECT_EQ(ids(*named.reader()), (List{"return_id", "A"})) << name;
    const auto taken = named.writer();
    staged(*taken).use_lake(data / "lake");
    taken->load("stg_returns", {data / "lake" / "stg_returns" / "run-1.parquet"});
    EXPECT_EQ(ids(*taken), (List{"return_id", "A", "A"})) << name;
    fs::remove_all(data / "lake");
    EXPECT_THAT(tests::message_of<Error>([&] { ids(*named.reader()); }), HasSubstr("is missing"));
  }
}

TEST_F(StagedFiles, LieWhereAPathLeadsThatGoesUpOutOfALink) {
  publish({file("run-1.parquet", {"A"})});
  fs::create_directories(folder_ / "data" / "below");
  fs::create_directory_symlink(folder_ / "data" / "below", folder_ / "link");
  const fs::path data = folder_ / "link" / "..";
  DuckdbWarehouse named(data / "w.duckdb", {data, 1});
  EXPECT_EQ(ids(*named.reader()), (List{"return_id", "A"}));
}

TEST_F(StagedFiles, ThatAreMissingOrOfAnotherSizeAreNamedWithTheWayOut) {
  const fs::path path = file("run-1.parquet", {"A"});
  publish({path});
  const auto expect_named = [&](std::string_view what) {
    const auto reader = warehouse().reader();
    EXPECT_EQ(reader->query("select count(*) from settings").number(), 1) << "else is read";
    for (const std::string& message :
         {tests::message_of<Error>([&] { ids(*reader); }),
          tests::message_of<Error>([&] { staged(*writer()).expect_files(); })}) {
      EXPECT_THAT(message, HasSubstr(path.string()));
      EXPECT_THAT(message, HasSubstr(std::string(what)));
      EXPECT_THAT(message, HasSubstr("--data"));
    }
  };
  file("run-1.parquet", {"A", "B", "a much longer one that takes more room"});
  expect_named("bytes, not");
  fs::remove(path);
  expect_named("is missing");
}

TEST_F(StagedFiles, ThatCannotBeReadAreNamedWithTheWayOut) {
  const fs::path path = file("run-1.parquet", {"A"});
  publish({path});
  tests::write_file(path, std::string(fs::file_size(path), 'x'));
  const auto reader = warehouse().reader();
  const auto taken = writer();
  for (const std::string& message : {tests::message_of<Error>([&] { ids(*reader); }),
                                     tests::message_of<Error>([&] { ids(*taken); })}) {
    EXPECT_THAT(message, HasSubstr(path.string()));
    EXPECT_THAT(message, HasSubstr("--data"));
  }
}

TEST_F(StagedFiles, CanBeReadButNotWrittenByAReader) {
  const fs::path path = file("run-1.parquet", {"A"});
  publish({path});
  const std::string before = tests::read_file(path);
  const auto reader = warehouse().reader();
  const std::string target = quote_literal(path.string());
  const std::string other = quote_literal((lake() / "other.duckdb").string());
  for (const std::string& sql :
       List{"copy (select 1) to " + target, "COPY (select 1) to " + target + " (format parquet)",
            "explain analyze copy (select 1) to " + target,
            "EXPLAIN (ANALYZE) COPY (select 1) to " + target,
            "prepare p as copy (select 1) to " + target, "attach " + other + " as o",
            "export database " + quote_literal((folder_ / "exported").string()),
            "set enable_external_access = true",
            "set allowed_directories = [" + quote_literal(folder_.path().string()) + "]"}) {
    EXPECT_THROW(reader->execute(sql), Error) << sql;
    EXPECT_THROW(reader->query(sql), Error) << sql;
  }
  EXPECT_EQ(tests::read_file(path), before);
  EXPECT_FALSE(fs::exists(lake() / "other.duckdb"));
  EXPECT_NO_THROW(reader->query("explain select * from stg_returns"));
  EXPECT_NO_THROW(reader->query("describe stg_returns"));
  EXPECT_NO_THROW(reader->execute("create temp table t as select * from stg_returns"));
}

TEST_F(StagedFiles, AreMergedFromTheNewestBackToTheFirstThatIsMuchLarger) {
  const auto merged = [](std::int64_t large, std::size_t small) {
    std::vector<std::int64_t> bytes{large};
    bytes.resize(1 + small, 10);
    return first_to_merge(bytes);
  };
  EXPECT_EQ(merged(1'000, 31), 32u) << "32 files are not too many";
  EXPECT_EQ(merged(1'000, 32), 1u);
  EXPECT_EQ(merged(640, 32), 0u) << "twice as large is not much larger";
  EXPECT_EQ(first_to_merge({}), 0u);
  // Each is much larger than all after it: so many cannot stay.
  std::vector<std::int64_t> halves;
  for (int i = 40; i > 0; --i) halves.push_back(std::int64_t{1} << i);
  EXPECT_LE(first_to_merge(halves), 31u);
}

TEST_F(StagedFiles, ThatAreMergedHoldTheSameRows) {
  std::vector<fs::path> files;
  List all{"return_id"};
  for (int i = 10; i < 45; ++i) {
    all.push_back(fmt::format("R{}", i));
    files.push_back(file(fmt::format("run-{}.parquet", i), {all.back()}, i < 20 ? "reason" : ""));
  }
  publish(files);
  const auto old = warehouse().reader();
  const auto taken = writer();
  taken->begin();
  const fs::path place = lake() / "stg_returns" / "run-45-merged.parquet";
  const auto replaced = staged(*taken).merge("stg_returns", lake() / "written.parquet", place);
  taken->commit();
  EXPECT_EQ(replaced, files);
  EXPECT_TRUE(fs::exists(place));
  EXPECT_EQ(ids(*taken), all);
  EXPECT_EQ(taken->query("select count(*) from stg_returns where reason is null").number(), 10);
  EXPECT_EQ(taken->query("select count(*) from lake_files").number(), 1);
  EXPECT_TRUE(staged(*taken).merge("stg_returns", lake() / "w.parquet", place).empty());
  EXPECT_EQ(ids(*old), all);
  taken->publish();
  for (const fs::path& path : replaced) fs::remove(path);

  // Who reads what was published before is told to ask again, and then sees the same rows.
  EXPECT_THAT(tests::message_of<Superseded>([&] { ids(*old); }), HasSubstr("ask again"));
  old->renew();
  EXPECT_EQ(ids(*old), all);
}

class StagedTables : public StagedFiles {
 protected:
  void SetUp() override {
    const auto taken = warehouse().writer();
    create_tables(*taken, {kTable});
    taken->execute("insert into stg_returns by name " + rows({"A", "B"}));
    taken->publish();
  }
  bool move(const std::vector<fs::path>& files) {
    const auto taken = writer();
    const bool is_written = staged(*taken).move_rows(
        {kTable}, [&](auto) { return files; }, "run-9-staged.parquet");
    taken->publish();
    return is_written;
  }
};

TEST_F(StagedTables, OfAnEarlierProgramAreReadUntilTheyAreTakenOver) {
  writer()->publish();
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id", "A", "B"}));
}

TEST_F(StagedTables, GiveWayToTheLakesFilesWhereTheseHoldTheSameRows) {
  EXPECT_FALSE(move({file("landing_date=2025-03-01/run-1-1.parquet", {"B", "A"})}));
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id", "A", "B"}));
  EXPECT_EQ(
      tests::csv_lines(*warehouse().reader(), "select path, rows, run_id from lake_files"),
      (List{"path,rows,run_id", "stg_returns/landing_date=2025-03-01/run-1-1.parquet,2,run-1"}));
}

TEST_F(StagedTables, AreWrittenIntoALakeThatHasNothing) {
  EXPECT_TRUE(move({}));
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id", "A", "B"}));
  EXPECT_TRUE(fs::exists(lake() / "stg_returns" / "run-9-staged.parquet"));
}

TEST_F(StagedTables, StayWhereTheLakeHoldsOtherRowsAndSayWhatToDo) {
  const fs::path other = file("run-1.parquet", {"A"});
  const std::string message = tests::message_of<Error>([&] { move({other}); });
  EXPECT_THAT(message, HasSubstr((lake() / "stg_returns").string()));
  EXPECT_THAT(message, HasSubstr("Move that folder away"));
  EXPECT_EQ(ids(*warehouse().reader()), (List{"return_id", "A", "B"}));
  EXPECT_TRUE(fs::exists(other));
}

}  // namespace
}  // namespace cartograph::warehouse::duckdb
