// The main job on both engines: stopped at each of its steps, and what it tells meanwhile.
#include "runs/run.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "base/error.hpp"
#include "pipelines/models.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"

namespace cartograph::runs {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

// Stops the run when a step begins, and remembers what it was told.
class Stopper final : public RunObserver {
 public:
  explicit Stopper(std::string step = {}) : step_(std::move(step)) {}

  std::stop_token token() const { return source_.get_token(); }
  const std::vector<std::string>& begun() const { return begun_; }
  const std::vector<StepResult>& results() const { return results_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  void begins(std::string_view step) override {
    begun_.emplace_back(step);
    if (step == step_) source_.request_stop();
  }
  void ended(const StepResult& step) override { results_.push_back(step); }
  void warning(std::string_view text) override {
    warnings_.emplace_back(text);
    if (step_ == "a warning") source_.request_stop();
  }

 private:
  std::string step_;
  std::stop_source source_;
  std::vector<std::string> begun_;
  std::vector<StepResult> results_;
  std::vector<std::string> warnings_;
};

enum class Engine { duckdb, postgres };

class Run : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    settings_.landing = folder_ / "landing";
    settings_.engine.data = folder_ / "data";
    settings_.engine.threads = 2;
    settings_.engine.schema = fmt::format("runs_{}", ::getpid());
    settings_.warehouse_url = GetParam() == Engine::postgres
                                  ? tests::postgres_url()
                                  : "duckdb:" + (folder_ / "data" / "warehouse.duckdb").string();
    land("2025-03-10");
  }
  void TearDown() override {
    if (GetParam() == Engine::duckdb || !warehouse().exists()) return;
    warehouse().writer()->execute(fmt::format("drop schema {} cascade", settings_.engine.schema));
  }

  void land(const std::string& date) {
    fs::create_directories(settings_.landing);
    fs::copy(tests::golden_landing() / date, settings_.landing / date, fs::copy_options::recursive);
  }

  RunOutcome run(RunObserver& observer, Source source = Source::landing) {
    return runs::run(settings_, source, observer);
  }
  RunOutcome run() {
    RunObserver unheard;
    settings_.stop = {};
    return run(unheard);
  }

  warehouse::Warehouse& warehouse() {
    if (!warehouse_) warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
    return *warehouse_;
  }
  std::vector<std::string> lines(std::string_view sql) {
    return tests::csv_lines(*warehouse().reader(), sql);
  }
  std::string text(std::string_view sql) {
    return warehouse().reader()->query(sql).rows.at(0).at(0).value_or("");
  }

  tests::TemporaryFolder folder_;
  RunSettings settings_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Run, testing::Values(Engine::duckdb, Engine::postgres),
                         [](const auto& engine) {
                           return engine.param == Engine::duckdb ? "DuckDB" : "PostgreSQL";
                         });

TEST_P(Run, TellsTheObserverOfItsStepsAndKeepsThemInTheLog) {
  Stopper observer;
  const RunOutcome outcome = run(observer);
  EXPECT_EQ(outcome.status, RunStatus::published);
  EXPECT_GT(outcome.counts.rows_staged, 0);
  EXPECT_EQ(observer.begun().front(), "settle");
  EXPECT_EQ(observer.begun().back(), "commit");
  const auto logged = warehouse().reader()->query(
      "select step, rows, status from run_steps order by started_at, step");
  ASSERT_EQ(logged.rows.size(), observer.results().size());
  std::set<std::string> told, kept;
  for (const StepResult& step : observer.results()) {
    told.insert(fmt::format("{} {} done", step.name, step.rows));
  }
  for (const auto& row : logged.rows) kept.insert(*row[0] + " " + *row[1] + " " + *row[2]);
  EXPECT_EQ(told, kept);
  EXPECT_EQ(run().status, RunStatus::nothing_new);
}

TEST_P(Run, StoppedInAnyStepPublishesNothingAndSaysSo) {
  const std::string first = run().run_id;
  const auto before = lines("select * from fct_orders");
  land("2025-04-10");
  int stopped = 0;
  const auto models = pipelines::models();
  for (const std::string_view step :
       {std::string_view("settle"), std::string_view("discover"), std::string_view("decode"),
        std::string_view("stage"), models.front().name, models.back().name,
        std::string_view("check"), std::string_view("commit")}) {
    Stopper observer{std::string(step)};
    settings_.stop = observer.token();
    const std::string message = tests::message_of<Stopped>([&] { run(observer); });
    EXPECT_THAT(message, HasSubstr("Nothing was published")) << step;
    EXPECT_EQ(observer.begun().back(), step);
    EXPECT_EQ(text("select count(*) from run_log where status = 'failed' and error = 'stopped'"),
              std::to_string(++stopped))
        << step;
    EXPECT_EQ(lines("select * from fct_orders"), before) << step;
    EXPECT_TRUE(fs::is_empty(settings_.engine.data / "lake" / ".pending")) << step;
  }
  EXPECT_EQ(run().status, RunStatus::published);
  EXPECT_EQ(text("select count(*) from run_log where status = 'published'"), "2");
  EXPECT_NE(lines("select * from fct_orders"), before);
}

TEST_P(Run, StoppedBeforeAnythingWasPublishedLeavesAWarehouseWithoutRows) {
  Stopper observer("decode");
  settings_.stop = observer.token();
  EXPECT_THROW(run(observer), Stopped);
  EXPECT_EQ(text("select error from run_log"), "stopped");
  EXPECT_EQ(text("select count(*) from fct_orders"), "0");
  EXPECT_EQ(run().status, RunStatus::published);
}

// The largest orders that the contracts let pass, of which twelve come to more than an amount
// holds: 9,000 lines of 100,000 pieces at a million each.
struct HugeOrders {
  std::string orders =
      "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
      "currency,payment_method\n";
  std::string items = "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n";

  void add(const std::string& order_id, const std::string& customer_id, const std::string& day,
           int lines = 9'000) {
    orders +=
        fmt::format("{},{},paid,{},{}T09:00:00Z,,,,USD,card\n", order_id, customer_id, day, day);
    for (int line = 1; line <= lines; ++line) {
      items += fmt::format("{},{},A,100000,1000000.00,,\n", order_id, line);
    }
  }
};

TEST_P(Run, NamesTheDayOrCohortWhoseSumIsTooLargeForAnAmount) {
  run();
  HugeOrders one_day, one_cohort, undelivered;
  for (int i = 0; i < 12; ++i) {
    const std::string id = fmt::format("H{}", i);
    one_day.add(id, "C1", "2025-06-01");
    one_cohort.add(id, "C1", i < 6 ? "2025-06-01" : "2025-06-02");
    undelivered.add(id, "", i < 6 ? "2025-06-01" : "2025-06-02");
  }
  one_cohort.add("last", "", "2025-12-01", 1);
  const auto land_and_fail = [&](const HugeOrders& huge) {
    tests::write_file(settings_.landing / "2025-12-01" / "orders.csv", huge.orders);
    tests::write_file(settings_.landing / "2025-12-01" / "order_items.csv", huge.items);
    return tests::message_of<Error>([&] { run(); });
  };
  EXPECT_THAT(land_and_fail(one_day),
              AllOf(HasSubstr("150_fct_revenue_daily"),
                    HasSubstr("the sales of 2025-06-01 come to 10800000000000000.00"),
                    HasSubstr("land them again")));
  EXPECT_THAT(land_and_fail(one_cohort),
              HasSubstr("the sales of the cohort of 2025-06-01 come to 10800000000000000.00"));
  EXPECT_THAT(land_and_fail(undelivered), AllOf(HasSubstr("220_fct_revenue_recognition_daily"),
                                                HasSubstr("the deferred revenues of 2025-")));
  EXPECT_EQ(text("select count(*) from fct_orders where order_id like 'H%'"), "0");
}

TEST(RunOnPostgres, IsStoppedWhileAStatementOfTheServerWaits) {
  tests::TemporaryFolder folder;
  RunSettings settings;
  settings.landing = tests::golden_landing();
  settings.engine.data = folder / "data";
  settings.engine.schema = fmt::format("stopped_{}", ::getpid());
  settings.warehouse_url = tests::postgres_url();
  RunObserver unheard;
  run(settings, Source::landing, unheard);

  const auto warehouse = warehouse::open(settings.warehouse_url, settings.engine);
  std::stop_source source;
  settings.stop = source.get_token();
  std::string message;
  {
    // Readers may take no such lock, and writers are one at a time: this one lets go of that.
    const auto holder = warehouse->reader();
    holder->execute("lock table fct_orders in exclusive mode");
    std::thread runner([&] {
      message = tests::message_of<Stopped>([&] { run(settings, Source::staging, unheard); });
    });
    const auto watcher = warehouse->reader();
    while (watcher
               ->query("select count(*) from pg_locks where not granted and relation = "
                       "cast('fct_orders' as regclass)")
               .number() == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    source.request_stop();
    runner.join();
  }
  EXPECT_THAT(message, HasSubstr("stopped"));
  EXPECT_EQ(*warehouse->reader()
                 ->query("select error from run_log order by started_at desc limit 1")
                 .rows[0][0],
            "stopped");
  warehouse->writer()->execute(fmt::format("drop schema {} cascade", settings.engine.schema));
}

TEST(RunThatIsTriedAgain, IsStoppedAtOnceWhileItWaits) {
  tests::TemporaryFolder folder;
  RunSettings settings;
  settings.landing = tests::golden_landing();
  settings.engine.data = folder / "data";
  settings.warehouse_url = "postgresql://nobody@127.0.0.1:1/nothing";
  settings.retries.first_pause = std::chrono::hours(1);
  Stopper observer("a warning");
  settings.stop = observer.token();
  EXPECT_THROW(run(settings, Source::landing, observer), Stopped);
  ASSERT_EQ(observer.warnings().size(), 1u);
  EXPECT_THAT(observer.warnings()[0], HasSubstr("Trying again in 3600 s, attempt 2 of 3."));
}

}  // namespace
}  // namespace cartograph::runs
