// Answers about runs.
#include "answers/runs.hpp"

#include <gmock/gmock.h>

#include "answers/ask.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

class Runs : public testing::Test {
 protected:
  // Three runs that took 10, 20 and 60 seconds, one that found nothing new, and one that runs.
  Runs() {
    connection().execute(
        "delete from run_log; insert into run_log (run_id, command, started_at, finished_at, "
        "status, files, rows_read, "
        "rows_staged, rows_quarantined) values "
        "('a', 'run', timestamptz '2025-03-01 01:00:00+00', timestamptz '2025-03-01 01:00:10+00', "
        "'published', 1, 10, 8, 2), "
        "('b', 'run', timestamptz '2025-03-02 01:00:00+00', timestamptz '2025-03-02 01:00:20+00', "
        "'published', 1, 10, 8, 2), "
        "('c', 'run', timestamptz '2025-03-03 01:00:00+00', timestamptz '2025-03-03 01:00:01+00', "
        "'nothing_new', 0, 0, 0, 0), "
        "('d', 'run', timestamptz '2025-03-04 01:00:00+00', timestamptz '2025-03-04 01:01:00+00', "
        "'published', 1, 10, 8, 2), "
        "('e', 'run', timestamptz '2025-03-05 01:00:00+00', null, 'running', 0, 0, 0, 0)");
  }

  warehouse::Connection& connection() { return store_.writer(); }

  tests::SmallStore store_;
};

TEST_F(Runs, AreNewestFirstBesideTheMedianOfThoseBefore) {
  const auto runs = ask<answers::Run>(connection(), std::nullopt, std::nullopt, 10);
  ASSERT_EQ(runs.size(), 5u);
  EXPECT_EQ(runs[0].run_id, "e");
  EXPECT_EQ(runs[0].seconds, std::nullopt);
  EXPECT_EQ(runs[1].seconds, Seconds{60});
  EXPECT_EQ(runs[1].median_seconds, Seconds{15});
  EXPECT_EQ(runs[2].median_seconds, std::nullopt);
  EXPECT_EQ(runs[3].median_seconds, Seconds{10});
  EXPECT_EQ(runs[4].median_seconds, std::nullopt);
}

TEST_F(Runs, AreGivenByPages) {
  const auto page = ask<answers::Run>(connection(), std::nullopt, "d", 2);
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].run_id, "c");
  EXPECT_EQ(page[1].run_id, "b");
}

TEST_F(Runs, AreFoundByTheirId) {
  EXPECT_EQ(find_run(connection(), "b").seconds, Seconds{20});
  EXPECT_EQ(find_run(connection(), "b").median_seconds, Seconds{10});
  EXPECT_EQ(tests::message_of<NotFound>([&] { run_details(connection(), "z"); }),
            "there is no run z; cartograph status lists the last ones");
}

TEST_F(Runs, HaveStepsFilesChecksAndRejects) {
  connection().execute(
      "insert into run_steps values ('b', 'ingestion', timestamptz '2025-03-02 01:00:00+00', 5, "
      "10, 'done', null); "
      "insert into quality_results values "
      "('b', 'first', 'fct_orders', 'error', true, 'as expected', 'All.', 0, null), "
      "('b', 'second', 'fct_orders', 'warning', false, '1 row', 'None.', 1, '1001'); "
      "insert into quarantine values "
      "('b', '2025-03-01/orders.csv', 3, 'orders', 'status: x', 'raw', "
      "timestamptz '2025-03-02 01:00:00+00')");
  const RunDetails details = run_details(connection(), "b");
  ASSERT_EQ(details.steps.size(), 1u);
  EXPECT_EQ(details.steps[0].rows, 10);
  ASSERT_EQ(details.failed_checks.size(), 1u);
  EXPECT_EQ(details.failed_checks[0].detail, "1001");
  EXPECT_EQ(ask<CheckResult>(connection(), "b", false).size(), 2u);
  ASSERT_EQ(details.rejected.size(), 1u);
  EXPECT_EQ(details.rejected[0].reasons, "status: x");
}

}  // namespace
}  // namespace cartograph::answers
