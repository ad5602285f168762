// What a reader holds on a server, and for how long. What readers of all engines share is in
// warehouse/published_test.cpp.
#include "warehouse/postgres/reader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "tests/postgres_schema.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse::postgres {
namespace {

using testing::HasSubstr;

class PostgresReading : public testing::Test {
 protected:
  PostgresReading() {
    other_->execute("create table t (n integer); insert into t values (1)");
    reader_.renew();
  }

  std::int64_t rows() { return reader_.query("select count(*) from t").number(); }
  std::string backend() {
    return *reader_.query("select cast(pg_backend_pid() as text)").rows[0][0];
  }
  // What keeps the server from removing what was replaced, "none" for nothing.
  std::string held_by(const std::string& backend) {
    return *other_
                ->query(fmt::format("select coalesce(cast(backend_xmin as text), 'none') "
                                    "from pg_stat_activity where pid = {}",
                                    backend))
                .rows.at(0)
                .at(0);
  }

  tests::PostgresSchema schema_{"reading"};
  std::unique_ptr<Session> other_ = schema_.connect();
  PostgresReader reader_{tests::postgres_url(), schema_.options()};
};

TEST_F(PostgresReading, ARenewedReaderHoldsBackNoVacuumUntilItIsAsked) {
  EXPECT_EQ(rows(), 1);
  const std::string reader = backend();
  EXPECT_NE(held_by(reader), "none");
  reader_.renew();
  EXPECT_EQ(held_by(reader), "none");
  EXPECT_FALSE(reader_.published());
  EXPECT_NE(held_by(reader), "none");
  EXPECT_THROW(reader_.query("select nothing"), Error);
  reader_.renew();
  EXPECT_EQ(held_by(reader), "none");
}

TEST_F(PostgresReading, ALostConnectionIsMadeAnewAfterRenew) {
  other_->query(fmt::format("select pg_terminate_backend({}, 10000)", backend()));
  EXPECT_THROW(rows(), TransientError);
  EXPECT_THROW(rows(), TransientError);
  reader_.renew();
  EXPECT_EQ(rows(), 1);
}

TEST_F(PostgresReading, NothingThatIsAskedChangesAnythingAndTemporaryTablesAreItsOwn) {
  reader_.execute("create temp table mine as select 2 as n");
  EXPECT_EQ(reader_.query("select n from mine").number(), 2);
  for (const char* sql : {"delete from t", "drop table t", "set transaction read write"}) {
    EXPECT_THROW(reader_.query(sql), Error) << sql;
    EXPECT_EQ(rows(), 1);
  }
  reader_.renew();
  EXPECT_THROW(reader_.query("select n from mine"), Error);
}

TEST_F(PostgresReading, AStatementThatEndsTheTransactionIsRefusedAndRenewMendsIt) {
  EXPECT_THROW(reader_.query("commit"), Error);
  EXPECT_THROW(rows(), Error);
  reader_.renew();
  EXPECT_EQ(rows(), 1);
}

TEST_F(PostgresReading, ACopyToTheClientIsRefused) {
  EXPECT_THAT(tests::message_of<Error>([&] { reader_.query("copy t to stdout"); }),
              HasSubstr("psql"));
  EXPECT_EQ(rows(), 1);
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
