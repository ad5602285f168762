// Statements, parameters and the text form of every type.
#include "warehouse/duckdb/session.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

class InMemory : public testing::Test {
 protected:
  // The only cell of the answer, "null" for null.
  std::string cell(std::string_view expression) {
    const Answer answer = session_.query("select " + std::string(expression) + " as x");
    return answer.rows.at(0).at(0).value_or("null");
  }
  CellType type(std::string_view expression) {
    return session_.query("select " + std::string(expression) + " as x").columns.at(0).type;
  }

  Session session_{"", Access::read_write, {}};
};

TEST_F(InMemory, IntegersAreWrittenPlain) {
  EXPECT_EQ(cell("cast(-128 as tinyint)"), "-128");
  EXPECT_EQ(cell("cast(255 as utinyint)"), "255");
  EXPECT_EQ(cell("cast(-32768 as smallint)"), "-32768");
  EXPECT_EQ(cell("cast(65535 as usmallint)"), "65535");
  EXPECT_EQ(cell("cast(-2147483648 as integer)"), "-2147483648");
  EXPECT_EQ(cell("cast(4294967295 as uinteger)"), "4294967295");
  EXPECT_EQ(cell("cast('-9223372036854775808' as bigint)"), "-9223372036854775808");
  EXPECT_EQ(cell("cast(18446744073709551615 as ubigint)"), "18446744073709551615");
  EXPECT_EQ(cell("cast('-170141183460469231731687303715884105727' as hugeint)"),
            "-170141183460469231731687303715884105727");
  EXPECT_EQ(cell("(select sum(n) from (values (1), (2)) t(n))"), "3");
  EXPECT_EQ(type("cast(1 as bigint)"), CellType::integer);
}

TEST_F(InMemory, DecimalsHaveAllPlacesOfTheirType) {
  EXPECT_EQ(cell("cast(1.5 as numeric(4, 2))"), "1.50");
  EXPECT_EQ(cell("cast(-0.05 as numeric(9, 2))"), "-0.05");
  EXPECT_EQ(cell("cast(0 as numeric(18, 2))"), "0.00");
  EXPECT_EQ(cell("cast('9999999999999999.99' as numeric(18, 2))"), "9999999999999999.99");
  EXPECT_EQ(cell("cast('-123456789012345678901234567890.1234' as numeric(38, 4))"),
            "-123456789012345678901234567890.1234");
  EXPECT_EQ(cell("cast(7 as numeric(5, 0))"), "7");
  EXPECT_EQ(cell("cast(0.001 as numeric(18, 3))"), "0.001");
  EXPECT_EQ(type("cast(1 as numeric(18, 2))"), CellType::decimal);
}

TEST_F(InMemory, RealsAreShortestThatReadBackAndNeverWithoutAPoint) {
  EXPECT_EQ(cell("cast(0.1 as double)"), "0.1");
  EXPECT_EQ(cell("cast(75 as double)"), "75.0");
  EXPECT_EQ(cell("cast(-0.2 as double) * 3"), "-0.6000000000000001");
  EXPECT_EQ(cell("cast(1 as double) / 3"), "0.3333333333333333");
  EXPECT_EQ(std::stod(cell("cast(1e300 as double)")), 1e300);
  EXPECT_EQ(type("cast(1 as double)"), CellType::real);
  EXPECT_EQ(type("cast(1 as float)"), CellType::real);
}

TEST_F(InMemory, RealsOfSinglePrecisionAreShortestForThatPrecision) {
  EXPECT_EQ(cell("cast(0.1 as float)"), "0.1");
  EXPECT_EQ(cell("cast(75 as float)"), "75.0");
  EXPECT_EQ(cell("cast(0.5 as float)"), "0.5");
}

TEST_F(InMemory, TextsDatesTimesAndTruthHaveTheirForm) {
  EXPECT_EQ(cell("'it''s é'"), "it's é");
  EXPECT_EQ(cell("'twelve bytes or more of text'"), "twelve bytes or more of text");
  EXPECT_EQ(cell("''"), "");
  EXPECT_EQ(cell("true"), "true");
  EXPECT_EQ(cell("1 > 2"), "false");
  EXPECT_EQ(cell("date '2025-03-01'"), "2025-03-01");
  EXPECT_EQ(cell("timestamp '2025-03-01 10:00:00.5'"), "2025-03-01T10:00:00.500000Z");
  EXPECT_EQ(cell("timestamptz '2025-03-01 10:00:00+02'"), "2025-03-01T08:00:00.000000Z");
  EXPECT_EQ(cell("timestamptz '1969-12-31 23:59:59.999999+00'"), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(cell("uuid '00000000-0000-0000-ffff-ffffffffffff'"),
            "00000000-0000-0000-ffff-ffffffffffff");
  EXPECT_EQ(cell("uuid 'fedcba98-7654-3210-0123-456789abcdef'"),
            "fedcba98-7654-3210-0123-456789abcdef");
  EXPECT_EQ(type("'a'"), CellType::text);
  EXPECT_EQ(type("true"), CellType::boolean);
  EXPECT_EQ(type("date '2025-03-01'"), CellType::date);
  EXPECT_EQ(type("timestamptz '2025-03-01 10:00:00+02'"), CellType::timestamp);
}

TEST_F(InMemory, NullsOfEveryTypeAreNoValue) {
  for (const char* sql_type : {"boolean", "integer", "bigint", "hugeint", "double", "numeric(18,2)",
                               "text", "date", "timestamptz", "uuid"}) {
    EXPECT_EQ(cell(std::string("cast(null as ") + sql_type + ")"), "null") << sql_type;
  }
}

TEST_F(InMemory, ATypeWithoutATextFormNamesItsColumnAndTheWayOut) {
  const std::string message =
      tests::message_of<Error>([&] { session_.query("select 1 as a, [1, 2] as numbers"); });
  EXPECT_NE(message.find("cast(numbers as text)"), std::string::npos) << message;
}

TEST_F(InMemory, TimeZoneIsUtcWhateverTheMachinesIs) {
  EXPECT_EQ(cell("cast(timestamptz '2025-07-01 00:00:00+00' as text)"), "2025-07-01 00:00:00+00");
}

TEST_F(InMemory, ExecuteRunsAllStatementsAndCountsInsertedRows) {
  EXPECT_EQ(session_.execute("create table t (n integer); insert into t values (1), (2);"
                             "insert into t select n + 10 from t; delete from t where n = 1"),
            4);
  EXPECT_EQ(session_.query("select count(*) from t").number(), 3);
  EXPECT_EQ(session_.execute("delete from t"), 0);
}

TEST_F(InMemory, ParametersAreTextThatTheStatementCasts) {
  const Answer answer = session_.query(
      "select $1 as a, cast($2 as integer) + 1 as b, $3 is null as c, $1 || '!' as d",
      {"it's", "41", std::nullopt});
  EXPECT_EQ(answer.rows.at(0), (Row{"it's", "42", "true", "it's!"}));
}

TEST_F(InMemory, RowsAreGivenOneByOneWithTheirColumns) {
  std::vector<std::string> seen;
  const auto columns = session_.for_each("select n, 'x' || n as t from range(3) r(n) order by n",
                                         {}, [&](const std::vector<Column>& given, const Row& row) {
                                           EXPECT_EQ(given.size(), 2u);
                                           seen.push_back(*row[0] + *row[1]);
                                         });
  EXPECT_EQ(seen, (std::vector<std::string>{"0x0", "1x1", "2x2"}));
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].name, "n");
  EXPECT_EQ(columns[1].type, CellType::text);
}

TEST_F(InMemory, AnAnswerWithoutRowsHasItsColumnsAllTheSame) {
  const Answer answer = session_.query("select 1 as a where false");
  EXPECT_TRUE(answer.rows.empty());
  ASSERT_EQ(answer.columns.size(), 1u);
  EXPECT_EQ(answer.columns[0].name, "a");
}

TEST_F(InMemory, LargeAnswersComeWhole) {
  std::int64_t rows = 0;
  std::int64_t sum = 0;
  session_.for_each("select n, case when n % 2 = 0 then null else n end from range(100000) r(n)",
                    {}, [&](const auto&, const Row& row) {
                      ++rows;
                      if (row[1]) sum += std::stoll(*row[1]);
                    });
  EXPECT_EQ(rows, 100'000);
  EXPECT_EQ(sum, 2'500'000'000);
}

TEST_F(InMemory, MistakesAreErrorsInTheEnginesWords) {
  for (const char* sql : {"", "-- a comment", "selekt 1", "select * from nowhere",
                          "select cast('x' as integer)", "insert into nowhere values (1)"}) {
    EXPECT_NE(tests::message_of<Error>([&] { session_.execute(sql); }), "") << sql;
    EXPECT_NE(tests::message_of<Error>([&] { session_.query(sql); }), "") << sql;
  }
  EXPECT_NE(
      tests::message_of<Error>([&] { session_.query("select * from nowhere"); }).find("nowhere"),
      std::string::npos);
  EXPECT_EQ(cell("1"), "1") << "the session goes on";
}

TEST_F(InMemory, AnErrorInTheMiddleOfAnAnswerIsNotItsEnd) {
  session_.execute("create table t as select n from range(300000) r(n)");
  std::int64_t rows = 0;
  EXPECT_THROW(
      session_.for_each("select cast(case when n = 299999 then 'x' else '1' end as integer) from t",
                        {}, [&](const auto&, const Row&) { ++rows; }),
      Error);
  EXPECT_LT(rows, 300'000);
}

TEST_F(InMemory, AFailingStatementUndoesATransactionsWork) {
  session_.execute("create table t (n integer); begin; insert into t values (1)");
  EXPECT_THROW(session_.execute("insert into t values ('x')"), Error);
  session_.execute("rollback");
  EXPECT_EQ(session_.query("select count(*) from t").number(), 0);
}

TEST_F(InMemory, LoadingFilesGoesByColumnName) {
  const tests::TemporaryFolder folder;
  const auto a = folder / "landing_date=2025-03-10" / "a's.parquet";
  const auto b = folder / "b.parquet";
  std::filesystem::create_directories(a.parent_path());
  session_.execute("copy (select 'x' as t, 1 as n) to " + quote_literal(a.string()));
  session_.execute("copy (select 2 as n, 'y' as t) to " + quote_literal(b.string()));
  session_.execute("create table t (n integer, extra text, t text)");
  session_.load("t", {a, b});
  session_.load("t", {});
  EXPECT_EQ(tests::csv_lines(session_, "select n, extra, t from t"),
            (std::vector<std::string>{"n,extra,t", "1,,x", "2,,y"}));
}

TEST_F(InMemory, LoadingAFileThatIsNoParquetIsAnErrorThatNamesIt) {
  const tests::TemporaryFolder folder;
  const auto path = tests::write_file(folder / "broken.parquet", "no parquet");
  session_.execute("create table t (n integer)");
  const std::string message = tests::message_of<Error>([&] { session_.load("t", {path}); });
  EXPECT_NE(message.find("broken.parquet"), std::string::npos) << message;
}

TEST(SessionEnd, OfAStatementThatWasInterruptedWaitsForItsTasks) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_THROW(
        {
          Session session("", Access::read_write, {.threads = 4});
          const std::jthread interrupting([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            session.interrupt();
          });
          session.query("select sum(a.range * b.range) from range(10000000) a, range(10000000) b");
        },
        Stopped);
  }
}

TEST(SessionOptions, ThreadsAndTheSpillFolderAreTakenOver) {
  const tests::TemporaryFolder folder;
  Session session("", Access::read_write, {folder.path(), 3});
  EXPECT_EQ(session.query("select cast(current_setting('threads') as text)").rows[0][0], "3");
  const auto spill = session.query("select current_setting('temp_directory')").rows[0][0];
  EXPECT_TRUE(spill->starts_with((folder / "tmp" / "spill-").string())) << *spill;
  Session other("", Access::read_write, {folder.path(), 1});
  EXPECT_NE(other.query("select current_setting('temp_directory')").rows[0][0], spill);
}

TEST(SessionOptions, SessionsTogetherStayBelowTheMemoryOfTheProcess) {
  const tests::TemporaryFolder folder;
  const Options options{.data = folder.path(), .memory_bytes = 1024 << 20};
  const auto limit = [](Session& session) {
    return *session.query("select current_setting('memory_limit')").rows[0][0];
  };
  Session warehouse("", Access::read_write, options);
  Session parquet("", Access::read_write, options, 25);
  EXPECT_EQ(limit(warehouse), "768.0 MiB");
  EXPECT_EQ(limit(parquet), "192.0 MiB");
  EXPECT_LE(MemoryPart::held(), options.memory_bytes);
}

TEST(SessionOptions, WithoutAFolderNothingIsSpilled) {
  Session session("", Access::read_write, {.memory_bytes = 64 << 20});
  EXPECT_EQ(session.query("select current_setting('temp_directory')").rows[0][0], "");
  EXPECT_THROW(session.query("select count(distinct range::varchar) from range(5000000)"), Error);
}

TEST(SessionOptions, NothingIsEverFetched) {
  Session session("", Access::read_write, {});
  for (const char* name : {"autoinstall_known_extensions", "autoload_known_extensions"}) {
    EXPECT_EQ(session.query(std::string("select cast(current_setting('") + name + "') as text)")
                  .rows[0][0],
              "false");
  }
}

TEST(SessionOptions, ReadOnlyRefusesToWrite) {
  const tests::TemporaryFolder folder;
  const auto path = folder / "w.duckdb";
  Session(path, Access::read_write, {}).execute("create table t (n integer)");
  Session session(path, Access::read_only, {});
  EXPECT_EQ(session.query("select count(*) from t").number(), 0);
  EXPECT_THROW(session.execute("insert into t values (1)"), Error);
  EXPECT_THROW(Session(folder / "gone.duckdb", Access::read_only, {}), Error);
}

TEST(SessionOptions, AFileThatIsNoDatabaseIsAnError) {
  const tests::TemporaryFolder folder;
  const auto path = tests::write_file(folder / "w.duckdb", std::string(5'000, 'x'));
  EXPECT_THROW(Session(path, Access::read_only, {}), Error);
}

}  // namespace
}  // namespace cartograph::warehouse::duckdb
