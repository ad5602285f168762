// Readers of a cluster and a run that reaches its nodes later than its coordinator. A plain server
// stands for both: `fct_orders` is what lies on nodes, in a commit of its own, and `behind` names
// the nodes that lack one.
#include "warehouse/postgres/settled_run.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "tests/postgres_schema.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"
#include "warehouse/postgres/reader.hpp"
#include "warehouse/postgres/writer.hpp"
#include "warehouse/superseded.hpp"

namespace cartograph::warehouse::postgres {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;

constexpr Nodes kNodes{"select true",
                       "select exists (select 1 from pg_locks where pid = pg_backend_pid() "
                       "and relation = cast('fct_orders' as regclass))",
                       [](Connection& server) {
                         return server
                             .query("select coalesce(string_agg(name, ', '), '') from behind")
                             .rows.at(0)[0]
                             .value();
                       },
                       300ms};

class Settling : public testing::Test {
 protected:
  Settling() {
    server_->execute(
        "create table run_log (run_id text, started_at timestamptz, finished_at timestamptz, "
        "status text); create table fct_revenue_daily (date date); "
        "create table settings (name text primary key, value text); "
        "create table fct_orders (run_id text); create table behind (name text)");
    commit("run-1");
    reach_nodes("run-1");
    settle(*server_, kNodes);
  }

  // On the coordinator: from now on a reader sees the run.
  void commit(const std::string& run) {
    server_->execute(fmt::format(
        "insert into behind values ('worker-1:5432'); "
        "insert into run_log values ('{}', clock_timestamp(), clock_timestamp(), 'published'); "
        "insert into fct_revenue_daily values (current_date)",
        run));
  }
  void reach_nodes(const std::string& run) {
    server_->execute(
        fmt::format("delete from fct_orders; insert into fct_orders values ('{}'); "
                    "delete from behind",
                    run));
  }
  void publish(const std::string& run) {
    commit(run);
    reach_nodes(run);
    settle(*server_, kNodes);
  }

  PostgresReader reader() const { return {tests::postgres_url(), schema_.options(), kNodes}; }
  std::string noted() {
    return *server_->query("select value from settings where name = 'settled_run'").rows.at(0)[0];
  }
  static std::string orders(Reader& reader) {
    return *reader.query("select run_id from fct_orders").rows.at(0)[0];
  }
  static std::int64_t days(Reader& reader) {
    return reader.query("select count(*) from fct_revenue_daily").number();
  }

  tests::PostgresSchema schema_{"settling"};
  std::unique_ptr<Session> server_ = schema_.connect();
};

TEST_F(Settling, AReaderOfASettledRunReadsOnUntilANewerOneIsPublished) {
  PostgresReader reading = reader();
  EXPECT_EQ(reading.published()->run_id, "run-1");
  EXPECT_EQ(orders(reading), "run-1");
  EXPECT_EQ(orders(reading), "run-1");
  publish("run-2");
  int given = 0;
  EXPECT_THROW(reading.for_each("select run_id from fct_orders", {},
                                [&](const auto&, const Row&) { ++given; }),
               Superseded);
  EXPECT_EQ(given, 0);
  EXPECT_THROW(orders(reading), Superseded);
  EXPECT_THROW(days(reading), Superseded);
  reading.renew();
  EXPECT_EQ(orders(reading), "run-2");
  EXPECT_EQ(reading.published()->run_id, "run-2");
}

// As between the commits of two nodes.
TEST_F(Settling, ARunIsReadFromNodesWhenAllHaveIt) {
  commit("run-2");
  PostgresReader reading = reader();
  EXPECT_EQ(reading.published()->run_id, "run-2");
  EXPECT_EQ(days(reading), 2);
  std::thread node([&] {
    std::this_thread::sleep_for(50ms);
    reach_nodes("run-2");
  });
  EXPECT_EQ(orders(reading), "run-2");
  node.join();
  EXPECT_EQ(days(reading), 2);
}

TEST_F(Settling, TheCoordinatorsTablesAreReadWhateverBecomesOfTheNodes) {
  PostgresReader before = reader();
  EXPECT_EQ(days(before), 1);
  commit("run-2");
  EXPECT_EQ(days(before), 1);
  PostgresReader after = reader();
  EXPECT_EQ(days(after), 2);
  EXPECT_EQ(days(before), 1);
}

TEST_F(Settling, AReaderThatHasWaitedLongEnoughNamesTheNode) {
  commit("run-2");
  PostgresReader reading = reader();
  EXPECT_THAT(tests::message_of<TransientError>([&] { orders(reading); }),
              HasSubstr("worker-1:5432"));
  EXPECT_THROW(orders(reading), TransientError);
  reach_nodes("run-2");
  reading.renew();
  EXPECT_EQ(orders(reading), "run-2");
}

TEST_F(Settling, AStopEndsTheWait) {
  commit("run-2");
  Nodes patient = kNodes;
  patient.wait_max = std::chrono::minutes(10);
  PostgresReader reading(tests::postgres_url(), schema_.options(), patient);
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    reading.interrupt();
  });
  EXPECT_THROW(orders(reading), Stopped);
  stopper.join();
}

TEST_F(Settling, AReaderNeedsNoNoteWhereItsWriterWasKilledBeforeIt) {
  commit("run-2");
  reach_nodes("run-2");
  EXPECT_EQ(noted(), "run-1");
  PostgresReader reading = reader();
  EXPECT_EQ(orders(reading), "run-2");
  EXPECT_EQ(orders(reading), "run-2");
}

TEST_F(Settling, TemporaryTablesOfAnUnsettledRunAreMadeAnew) {
  commit("run-2");
  PostgresReader reading = reader();
  reading.execute("create temp table mine as select run_id from fct_orders");
  reach_nodes("run-2");
  EXPECT_THROW(reading.query("select run_id from mine"), Superseded);
  reading.renew();
  reading.execute("create temp table mine as select run_id from fct_orders");
  EXPECT_EQ(reading.query("select run_id from mine").rows.at(0)[0], "run-2");
}

TEST_F(Settling, BeforeTheFirstRunNodesHoldNothingThatCouldDiffer) {
  server_->execute("delete from run_log; delete from settings");
  PostgresReader reading = reader();
  EXPECT_FALSE(reading.published());
  EXPECT_EQ(orders(reading), "run-1");
}

TEST_F(Settling, AWriterNotesARunWhenAllNodesHaveItAndOtherwiseTheNextOneDoes) {
  commit("run-2");
  PostgresWriter(tests::postgres_url(), schema_.options(), {}, kNodes).publish();
  EXPECT_EQ(noted(), "run-1");
  reach_nodes("run-2");
  PostgresWriter(tests::postgres_url(), schema_.options(), {}, kNodes).publish();
  EXPECT_EQ(noted(), "run-2");
}

TEST_F(Settling, OnAPlainServerNothingIsNoted) {
  commit("run-2");
  PostgresWriter(tests::postgres_url(), schema_.options(), {}).publish();
  EXPECT_EQ(noted(), "run-1");
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
