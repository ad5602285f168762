// Readers, watches and interruptions, on every engine alike: what is published meanwhile, what a
// reader sees of it and when, and what becomes of a statement that is stopped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "tests/postgres_schema.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::string_view kTables =
    "create table if not exists run_log (run_id text, started_at timestamp with time zone, "
    "finished_at timestamp with time zone, status text, command text); "
    "create table if not exists schema_migrations (version text); "
    "create table if not exists fct_revenue_daily (date date)";

class Publication : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (is_postgres()) schema_ = std::make_unique<tests::PostgresSchema>("Le \"magasin\" d'Été");
    house_ = open_warehouse();
  }

  static bool is_postgres() { return GetParam() == "postgres"; }
  std::unique_ptr<Warehouse> open_warehouse() const {
    Options options = schema_ ? schema_->options() : Options{};
    options.data = folder_.path();
    options.threads = 2;
    return warehouse::open(
        is_postgres() ? tests::postgres_url() : "duckdb:" + (folder_ / "w.duckdb").string(),
        options);
  }

  std::unique_ptr<Writer> writer() { return house_->writer(); }

  // Commits and publishes a run whose last day of sales is this one of March 2025.
  void publish(int day, std::string_view status = "published") {
    const auto run = writer();
    run->begin();
    run->execute(kTables);
    run->execute(fmt::format(
        "insert into run_log values ('run-{0:02}', timestamp with time zone '2025-04-{0:02} "
        "00:00:00+00', timestamp with time zone '2025-04-{0:02} 00:01:00+00', '{1}', 'run'); "
        "insert into fct_revenue_daily values (date '2025-03-{0:02}')",
        day, status));
    run->commit();
    run->publish();
  }

  // A statement that would take many minutes.
  static std::string endless() {
    return is_postgres() ? "select cast(pg_sleep(3600) as text)"
                         : "select count(*) from range(1000000000) a, range(1000000) b "
                           "where (a.range * b.range) % 7 = 3";
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<tests::PostgresSchema> schema_;
  std::unique_ptr<Warehouse> house_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Publication, testing::Values("duckdb", "postgres"),
                         [](const auto& engine) { return engine.param; });

TEST_P(Publication, IsAValueOfTheReader) {
  publish(1);
  const auto reader = house_->reader();
  ASSERT_TRUE(reader->published());
  EXPECT_EQ(reader->published()->run_id, "run-01");
  EXPECT_EQ(to_string(reader->published()->as_of.value()), "2025-03-01");
  EXPECT_EQ(to_string(reader->published()->published_at), "2025-04-01T00:01:00.000000Z");
}

TEST_P(Publication, IsNothingWhereNoRunHasPublished) {
  publish(1, "failed");
  EXPECT_FALSE(house_->reader()->published());
}

TEST_P(Publication, AllStatementsBetweenRenewalsSeeOneRun) {
  publish(1);
  const auto reader = house_->reader();
  const auto days = [&] {
    return reader->query("select count(*) from fct_revenue_daily").number();
  };
  EXPECT_EQ(days(), 1);
  publish(2);
  EXPECT_EQ(days(), 1);
  EXPECT_EQ(reader->query("select max(run_id) from run_log").rows[0][0], "run-01");
  EXPECT_EQ(reader->published()->run_id, "run-01");
  reader->renew();
  EXPECT_EQ(reader->published()->run_id, "run-02");
  EXPECT_EQ(days(), 2);
  publish(3);
  EXPECT_EQ(days(), 2);
}

TEST_P(Publication, WhatIsAskedFirstAfterARenewalDecidesWhatIsSeen) {
  publish(1);
  const auto reader = house_->reader();
  reader->renew();
  publish(2);
  EXPECT_EQ(reader->published()->run_id, "run-02");
  publish(3);
  EXPECT_EQ(reader->query("select count(*) from fct_revenue_daily where date >= $1", {"2025-03-01"})
                .number(),
            2);
  reader->renew();
  reader->renew();
  EXPECT_EQ(reader->query("select count(*) from fct_revenue_daily").number(), 3);
  EXPECT_EQ(reader->published()->run_id, "run-03");
}

TEST_P(Publication, AFailedStatementLeavesTheReaderWhereItWas) {
  publish(1);
  const auto reader = house_->reader();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(reader->query("select nothing"), Error);
    EXPECT_EQ(reader->query("select count(*) from fct_revenue_daily").number(), 1);
  }
}

// A server tells of it a moment after the commit.
void await_change(PublicationWatch& watch) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!watch.changed()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(1ms);
  }
}

TEST_P(Publication, IsNoticedOnceByEveryWatch) {
  const auto early = house_->watch();
  EXPECT_FALSE(early->changed());
  publish(1);
  const auto late = house_->watch();
  await_change(*early);
  EXPECT_FALSE(early->changed());
  EXPECT_FALSE(late->changed());
  publish(2);
  publish(3);
  for (PublicationWatch* const watch : {early.get(), late.get()}) {
    await_change(*watch);
    house_->reader();  // by now all is heard
    watch->changed();
    EXPECT_FALSE(watch->changed());
  }
}

TEST_P(Publication, AnInterruptedStatementIsStoppedAndSoIsEveryLaterOneUntilResumed) {
  const auto run = writer();
  run->begin();
  run->execute("create table t (n integer)");
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    run->interrupt();
  });
  EXPECT_THROW(run->query(endless()), Stopped);
  stopper.join();
  EXPECT_THROW(run->execute("select 1"), Stopped);
  EXPECT_THROW(run->query("select 1"), Stopped);
  EXPECT_THROW(run->commit(), Stopped);
  run->resume();
  run->rollback();
  EXPECT_FALSE(run->has_table("t"));
  run->begin();
  run->execute("create table log (n integer); insert into log values (1)");
  run->commit();
  EXPECT_EQ(run->query("select count(*) from log").number(), 1);
}

TEST_P(Publication, AnInterruptedReaderGoesOnWithTheSameRun) {
  publish(1);
  const auto reader = house_->reader();
  publish(2);
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    reader->interrupt();
  });
  EXPECT_THROW(reader->query(endless()), Stopped);
  stopper.join();
  EXPECT_THROW(reader->query("select 1"), Stopped);
  reader->resume();
  EXPECT_EQ(reader->query("select count(*) from fct_revenue_daily").number(), 1);
  reader->interrupt();
  reader->renew();
  reader->resume();
  EXPECT_EQ(reader->published()->run_id, "run-02");
}

// The interruption comes before the statement has begun, while it begins, and after.
TEST_P(Publication, NoInterruptionIsLostWhileAStatementBegins) {
  const std::uint64_t seed = tests::random_seed();
  std::mt19937_64 random(seed);
  const auto run = writer();
  for (int i = 0; i < 20; ++i) {
    const auto delay = std::chrono::microseconds(random() % 2000);
    std::thread stopper([&] {
      std::this_thread::sleep_for(delay);
      run->interrupt();
    });
    EXPECT_THROW(run->query(endless()), Stopped) << "seed " << seed;
    stopper.join();
    run->resume();
  }
}

TEST_P(Publication, NoStatementMeetsAnInterruptionFromBeforeResume) {
  const auto run = writer();
  const std::string statement = is_postgres() ? "select cast(pg_sleep(0.002) as text)" : "select 1";
  for (int i = 0; i < 50; ++i) {
    std::thread stopper([&] { run->interrupt(); });
    try {
      while (true) run->query("select 1");
    } catch (const Stopped&) {
    }
    run->resume();
    EXPECT_NO_THROW(run->query(statement)) << "attempt " << i;
    stopper.join();
  }
}

}  // namespace
}  // namespace cartograph::warehouse
