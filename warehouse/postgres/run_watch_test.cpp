// What a watch asks of a server, and how it gets over one that is away. What watches of all engines
// share is in warehouse/published_test.cpp.
#include "warehouse/postgres/run_watch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "tests/postgres_schema.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse::postgres {
namespace {

namespace fs = std::filesystem;

class PostgresWatch : public testing::Test {
 protected:
  PostgresWatch() {
    run_->execute(
        "create table run_log (run_id text, started_at timestamptz, finished_at timestamptz, "
        "status text); create table fct_revenue_daily (date date)");
  }

  // What a run commits, with the notification or as if it had got lost.
  void publish(const std::string& run_id, bool notify = true) {
    run_->execute("begin");
    run_->execute(
        fmt::format("insert into run_log values ('{}', now(), now(), 'published')", run_id));
    if (notify) run_->execute(notification_of(schema_.options().schema));
    run_->execute("commit");
  }
  // Statements that other sessions of this database have sent so far.
  std::string watched() {
    return *run_->query(
                    "select cast(query_start as text) || query from pg_stat_activity "
                    "where query like '%run_log%' and pid <> pg_backend_pid() "
                    "and datname = current_database() order by query_start desc limit 1")
                .rows.at(0)
                .at(0);
  }
  // The server tells of a commit, and of the end of a session, a moment after it.
  static void await_change(RunWatch& watch) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool has_changed = false;
    while (!has_changed) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      try {
        has_changed = watch.changed();
      } catch (const TransientError&) {
      }
    }
  }
  void end_other_sessions() {
    run_->query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
        "and datname = current_database() and application_name = 'cartograph'");
  }

  tests::PostgresSchema schema_{std::string(50, 'w')};
  std::unique_ptr<Session> run_ = schema_.connect();
};

TEST_F(PostgresWatch, AsksTheServerNothingWhileNothingIsPublished) {
  RunWatch watch(tests::postgres_url(), schema_.options());
  const std::string before = watched();
  for (int i = 0; i < 1000; ++i) ASSERT_FALSE(watch.changed());
  EXPECT_EQ(watched(), before);
  publish("run-1");
  await_change(watch);
}

TEST_F(PostgresWatch, ANotificationWithoutAPublicationIsNoChange) {
  RunWatch watch(tests::postgres_url(), schema_.options());
  run_->execute(notification_of(schema_.options().schema));
  EXPECT_FALSE(watch.changed());
  const tests::PostgresSchema other("other");
  run_->execute(notification_of(other.options().schema));
  EXPECT_FALSE(watch.changed());
}

TEST_F(PostgresWatch, WhatWasPublishedWhileItsConnectionWasLostCounts) {
  RunWatch watch(tests::postgres_url(), schema_.options());
  end_other_sessions();
  publish("run-1", false);
  await_change(watch);
  EXPECT_FALSE(watch.changed());
  publish("run-2");
  await_change(watch);
}

// The server is reached through a link to its socket's folder, which is taken away.
TEST_F(PostgresWatch, AWarehouseThatIsAwayIsTransientUntilItIsBack) {
  const tests::TemporaryFolder folder;
  std::string url = tests::postgres_url();
  const std::size_t host = url.find("host=%2F");
  if (host == std::string::npos) GTEST_SKIP() << "the server has no socket of its own";
  std::string sockets = url.substr(host + 5);
  for (std::size_t at = 0; (at = sockets.find("%2F", at)) != std::string::npos;) {
    sockets.replace(at, 3, "/");
  }
  const fs::path link = folder / "sockets";
  url = url.substr(0, host) + "host=" + link.string();
  RunWatch never_there(url, schema_.options());
  EXPECT_THROW(never_there.changed(), TransientError);

  fs::create_directory_symlink(sockets, link);
  EXPECT_FALSE(never_there.changed());
  RunWatch watch(url, schema_.options());
  fs::remove(link);
  end_other_sessions();
  while (true) {
    try {
      ASSERT_FALSE(watch.changed());
    } catch (const TransientError&) {
      break;
    }
  }
  EXPECT_THROW(watch.changed(), TransientError);
  publish("run-1", false);
  fs::create_directory_symlink(sockets, link);
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

}  // namespace
}  // namespace cartograph::warehouse::postgres
