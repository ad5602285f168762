// Statements, parameters, loading and what becomes of errors, on a real server.
#include "warehouse/postgres/session.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/postgres_schema.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse::postgres {
namespace {

using testing::HasSubstr;

class PostgresSession : public testing::Test {
 protected:
  std::unique_ptr<Session> connect() const { return schema_.connect(); }
  std::string backend() {
    return *session_->query("select cast(pg_backend_pid() as text)").rows[0][0];
  }
  // Waits until the statement gives true in a session of its own.
  void await(const std::string& condition) const {
    const auto other = connect();
    while (other->query(condition).rows.at(0).at(0) != "true") std::this_thread::yield();
  }

  tests::PostgresSchema schema_{"session"};
  std::unique_ptr<Session> session_ = connect();
};

TEST_F(PostgresSession, ExecuteCountsTheRowsOfInsertsOnly) {
  EXPECT_EQ(session_->execute("create table t (n integer); insert into t values (1), (2); "
                              "insert into t select n + 2 from t; update t set n = n; "
                              "delete from t where n = 1"),
            4);
  EXPECT_EQ(session_->query("select count(*) from t").number(), 3);
}

TEST_F(PostgresSession, ParametersAreTextOrNull) {
  const Answer answer =
      session_->query("select cast($1 as integer) + 1 as a, $2 as b, cast($3 as text) as c",
                      {"41", "it's", std::nullopt});
  EXPECT_EQ(answer.rows.at(0), (Row{"42", "it's", std::nullopt}));
  EXPECT_EQ(answer.columns.at(0).type, CellType::integer);
  EXPECT_EQ(answer.columns.at(1).type, CellType::text);
}

TEST_F(PostgresSession, ColumnsAreKnownWithoutRows) {
  const Answer answer = session_->query("select 1 as a, true as b where false");
  ASSERT_EQ(answer.columns.size(), 2U);
  EXPECT_EQ(answer.columns[1].name, "b");
  EXPECT_TRUE(answer.rows.empty());
}

TEST_F(PostgresSession, AVisitorThatThrowsEndsTheStatementAndNotTheConnection) {
  std::int64_t seen = 0;
  EXPECT_THROW(session_->for_each("select generate_series(1, 100000000)", {},
                                  [&](const auto&, const Row&) {
                                    if (++seen == 10) throw std::runtime_error("enough");
                                  }),
               std::runtime_error);
  EXPECT_EQ(session_->query("select 7").number(), 7);
}

TEST_F(PostgresSession, AnErrorHasTheServersWords) {
  const std::string message = tests::message_of<Error>([&] {
    session_->execute(
        "create table k (n integer primary key); "
        "insert into k values (5), (5)");
  });
  EXPECT_THAT(message, HasSubstr("duplicate key value"));
  EXPECT_THAT(message, HasSubstr("Key (n)=(5) already exists"));
  EXPECT_THAT(message, HasSubstr("(23505)"));
  EXPECT_THAT(tests::message_of<Error>([&] { session_->query("select nothing"); }),
              HasSubstr("\"nothing\" does not exist"));
  EXPECT_EQ(session_->query("select 7").number(), 7);
}

TEST_F(PostgresSession, ATypeWithoutATextFormIsNamedWithTheWayOut) {
  EXPECT_THAT(tests::message_of<Error>([&] { session_->query("select interval '1 day' as gap"); }),
              HasSubstr("cast(gap as text)"));
}

TEST_F(PostgresSession, ATerminatedSessionIsATransientErrorAndStaysOne) {
  connect()->query(fmt::format("select pg_terminate_backend({})", backend()));
  EXPECT_THAT(tests::message_of<TransientError>([&] { session_->execute("select 1"); }),
              HasSubstr("57P01"));
  EXPECT_THAT(tests::message_of<TransientError>([&] { session_->query("select 1"); }),
              HasSubstr("was lost"));
  EXPECT_FALSE(session_->is_alive());
}

// libpq gives the same answer again and again until such a COPY is left.
TEST_F(PostgresSession, ACopyFromOrToTheClientIsRefusedAndTheConnectionGoesOn) {
  session_->execute("create table t (n integer)");
  for (const char* sql :
       {"copy (select 1) to stdout", "copy (select generate_series(1, 3000000)) to stdout",
        "copy t from stdin", "copy t from stdin (format binary)"}) {
    for (const bool in_transaction : {false, true}) {
      if (in_transaction) session_->execute("begin");
      EXPECT_THAT(tests::message_of<Error>([&] { session_->execute(sql); }), HasSubstr("psql"));
      if (in_transaction) session_->execute("rollback; begin");
      EXPECT_THAT(tests::message_of<Error>([&] { session_->query(sql); }), HasSubstr("psql"));
      if (in_transaction) session_->execute("rollback");
      EXPECT_EQ(session_->query("select 7").number(), 7);
    }
  }
  EXPECT_THROW(session_->execute("select 1; copy t from stdin; insert into t values (1)"), Error);
  EXPECT_THROW(session_->execute("select 1; copy (select 1) to stdout; select 2"), Error);
  EXPECT_EQ(session_->query("select count(*) from t").number(), 0);
}

TEST_F(PostgresSession, TwoStatementsAreNoQuery) {
  EXPECT_THAT(tests::message_of<Error>([&] { session_->query("select 1; select 2"); }),
              HasSubstr("multiple commands"));
  EXPECT_EQ(session_->query("select 7").number(), 7);
}

TEST_F(PostgresSession, ALimitToIdleSessionsIsNotItsOwn) {
  Session limited(tests::postgres_url() +
                      "&options=-cidle_session_timeout%3D60000%20"
                      "-cidle_in_transaction_session_timeout%3D60000",
                  schema_.options());
  for (const char* limit : {"idle_session_timeout", "idle_in_transaction_session_timeout"}) {
    EXPECT_EQ(limited.query("select current_setting($1)", {limit}).rows[0][0], "0") << limit;
  }
}

TEST_F(PostgresSession, ASessionThatWasIdleForTooLongIsTransient) {
  const auto gone = [&] {
    return fmt::format("select not exists (select from pg_stat_activity where pid = {})",
                       backend());
  };
  std::string is_gone = gone();
  session_->execute("set idle_session_timeout = 1");
  await(is_gone);
  EXPECT_THAT(tests::message_of<TransientError>([&] { session_->execute("select 1"); }),
              HasSubstr("(57P05)"));
  session_->reconnect();
  is_gone = gone();
  session_->execute("begin; set idle_in_transaction_session_timeout = 1");
  await(is_gone);
  EXPECT_THAT(tests::message_of<TransientError>([&] { session_->execute("select 1"); }),
              HasSubstr("(25P03)"));
}

TEST_F(PostgresSession, AWaitForALockIsInterrupted) {
  session_->execute("create table t (n integer)");
  const auto holder = connect();
  holder->execute("begin; lock table t");
  session_->execute("begin");
  const std::string waits = fmt::format(
      "select exists (select from pg_stat_activity where pid = {} and wait_event_type = 'Lock')",
      backend());
  std::thread stopper([&] {
    await(waits);
    session_->interrupt();
  });
  EXPECT_THROW(session_->execute("insert into t values (1)"), Stopped);
  stopper.join();
  session_->resume();
  session_->execute("rollback");
}

// A deferred trigger runs in the commit, before it takes effect.
TEST_F(PostgresSession, ACommitThatIsInterruptedHasNotTakenPlace) {
  session_->execute(
      "create table t (n integer); "
      "create function slow() returns trigger language plpgsql as "
      "$$ begin perform pg_sleep(3600); return null; end $$; "
      "create constraint trigger slow after insert on t deferrable initially deferred "
      "for each row execute function slow()");
  const std::string sleeps = fmt::format(
      "select exists (select from pg_stat_activity where pid = {} and wait_event = 'PgSleep')",
      backend());
  session_->execute("begin; insert into t values (1)");
  std::thread stopper([&] {
    await(sleeps);
    session_->interrupt();
  });
  EXPECT_THROW(session_->execute("commit"), Stopped);
  stopper.join();
  session_->resume();
  EXPECT_EQ(session_->transaction_status(), PQTRANS_IDLE);
  EXPECT_EQ(session_->query("select count(*) from t").number(), 0);
}

TEST_F(PostgresSession, ASerialisationFailureIsTransientAndTheConnectionGoesOn) {
  session_->execute("create table t (n integer); insert into t values (1)");
  session_->execute("begin isolation level repeatable read");
  EXPECT_EQ(session_->query("select n from t").number(), 1);
  connect()->execute("update t set n = 2");
  EXPECT_THAT(tests::message_of<TransientError>([&] { session_->execute("update t set n = 3"); }),
              HasSubstr("(40001)"));
  EXPECT_EQ(session_->transaction_status(), PQTRANS_INERROR);
  session_->execute("rollback");
  EXPECT_EQ(session_->query("select n from t").number(), 2);
}

TEST_F(PostgresSession, NobodyThereIsTransientAndAWrongDatabaseIsNot) {
  EXPECT_THAT(tests::message_of<TransientError>(
                  [] { Session("postgresql://nobody@127.0.0.1:1/shop", {}); }),
              HasSubstr("cannot connect to the warehouse postgresql://nobody@127.0.0.1:1/shop"));
  std::string url = tests::postgres_url();
  url.replace(url.find("/postgres?"), 10, "/nowhere?");
  EXPECT_THAT(tests::message_of<Error>([&] { Session(url, {}); }), HasSubstr("does not exist"));
}

class PostgresLoad : public PostgresSession {
 protected:
  // Writes the answer of `select` as a file of the lake.
  std::filesystem::path parquet(const std::string& name, const std::string& select) {
    const auto path = folder_ / name;
    lake_.execute(
        fmt::format("copy ({}) to {} (format parquet)", select, quote_literal(path.string())));
    return path;
  }

  tests::TemporaryFolder folder_;
  duckdb::Session lake_{"", duckdb::Access::read_write, {}};
};

TEST_F(PostgresLoad, EveryTypeArrivesAsItWas) {
  const std::string rows =
      "select * from (values "
      "('a''\"\\é\n', 2147483647, cast('-9223372036854775808' as bigint), "
      "cast('9999999999999999.99' as numeric(18, 2)), "
      "timestamptz '1969-12-31 23:59:59.999999+00', date '1900-02-28', "
      "cast('ffeeddcc-bbaa-9988-7766-554433221100' as uuid)), "
      "('', -1, 0, cast('-9999999999999999.99' as numeric(18, 2)), "
      "timestamptz '9999-12-31 23:59:59+00', date '9999-12-31', "
      "cast('00000000-0000-0000-0000-000000000000' as uuid)), "
      "(null, null, null, null, null, null, null), "
      "('z', 0, 1, cast('10000.10' as numeric(18, 2)), timestamptz '2000-01-01 00:00:00+00', "
      "date '2000-01-01', cast('00112233-4455-6677-8899-aabbccddeeff' as uuid))) "
      "t(t, i, b, m, z, d, h)";
  session_->execute(
      "create table everything (h uuid, d date, z timestamptz, m numeric(18, 2), b bigint, "
      "i integer, t text, absent text)");
  session_->load("everything", {parquet("one.parquet", rows), parquet("two.parquet", rows)});
  const std::string select = "select t, i, b, m, z, d, h from {} order by t nulls last, i";
  const std::string twice = fmt::format("({} union all {})", rows, rows);
  EXPECT_EQ(session_->query(fmt::format(fmt::runtime(select), "everything")).rows,
            lake_.query(fmt::format(fmt::runtime(select), twice + " x")).rows);
}

TEST_F(PostgresLoad, ManyRowsArriveOnce) {
  session_->execute("create table numbers (n bigint, s text)");
  session_->load(
      "numbers",
      {parquet("n.parquet", "select range as n, 'row ' || range as s from range(300000)")});
  EXPECT_EQ(session_->query("select count(distinct n) + sum(n) from numbers").rows[0][0],
            "45000150000");
}

TEST_F(PostgresLoad, ARefusedRowIsTheServersErrorAndTheConnectionGoesOn) {
  session_->execute("create table keyed (n bigint primary key)");
  const auto twice =
      parquet("twice.parquet", "select cast(range % 10 as bigint) as n from range(20)");
  EXPECT_THAT(tests::message_of<Error>([&] { session_->load("keyed", {twice}); }),
              HasSubstr("duplicate key"));
  EXPECT_EQ(session_->query("select count(*) from keyed").number(), 0);
}

TEST_F(PostgresLoad, AFileThatCannotBeReadGivesTheLoadUp) {
  session_->execute("create table numbers (n integer)");
  const auto wide = parquet("wide.parquet",
                            "select case when range < 200000 then range else 3000000000 end as n "
                            "from range(200001)");
  EXPECT_THAT(tests::message_of<Error>([&] { session_->load("numbers", {wide}); }),
              HasSubstr("3000000000"));
  EXPECT_EQ(session_->query("select count(*) from numbers").number(), 0);
  EXPECT_THROW(session_->load("numbers", {folder_ / "missing.parquet"}), Error);
  EXPECT_EQ(session_->query("select 7").number(), 7);
}

TEST_F(PostgresLoad, IsInterruptedWhileTheServerTakesItsTime) {
  session_->execute(
      "create table numbers (n bigint); "
      "create function slow() returns trigger language plpgsql as "
      "$$ begin perform pg_sleep(3600); return new; end $$; "
      "create trigger slow before insert on numbers for each row execute function slow()");
  // More than the buffers between the two hold.
  const auto file = parquet("n.parquet", "select range as n from range(3000000)");
  const std::string sleeps = fmt::format(
      "select exists (select from pg_stat_activity where pid = {} and wait_event = 'PgSleep')",
      backend());
  session_->execute("begin");
  std::thread stopper([&] {
    await(sleeps);
    session_->interrupt();
  });
  EXPECT_THROW(session_->load("numbers", {file}), Stopped);
  stopper.join();
  EXPECT_THROW(session_->load("numbers", {file}), Stopped);
  session_->resume();
  session_->execute("rollback; drop trigger slow on numbers");
  session_->load("numbers", {file});
  EXPECT_EQ(session_->query("select count(*) from numbers").number(), 3'000'000);
}

TEST_F(PostgresLoad, AConnectionThatIsLostIsTransient) {
  session_->execute("create table numbers (n bigint)");
  const auto file = parquet("n.parquet", "select range as n from range(10)");
  connect()->query(fmt::format("select pg_terminate_backend({})", backend()));
  EXPECT_THROW(session_->load("numbers", {file}), TransientError);
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
