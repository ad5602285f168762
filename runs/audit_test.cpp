// What is published, spoilt in single rows, against what the staged rows give; on both engines.
#include "runs/audit.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/error.hpp"
#include "pipelines/models.hpp"
#include "tests/postgres_server.hpp"
#include "tests/support.hpp"

namespace cartograph::runs {
namespace {

using testing::HasSubstr;

enum class Engine { duckdb, postgres };

class Audit : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    settings_.landing = tests::golden_landing();
    settings_.engine.data = folder_ / "data";
    settings_.engine.threads = 2;
    settings_.engine.schema = fmt::format("audit_{}", ::getpid());
    settings_.reporting_timezone = "Europe/Berlin";
    settings_.quality.accept = quality::Accept::whole;
    settings_.warehouse_url = GetParam() == Engine::postgres
                                  ? tests::postgres_url()
                                  : "duckdb:" + (folder_ / "data" / "warehouse.duckdb").string();
    warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
  }
  void TearDown() override {
    if (GetParam() == Engine::duckdb || !warehouse_->exists()) return;
    warehouse_->writer()->execute(fmt::format("drop schema {} cascade", settings_.engine.schema));
  }

  void run() {
    RunObserver unheard;
    runs::run(settings_, Source::landing, unheard);
  }
  std::vector<AuditedTable> audit() {
    RunObserver unheard;
    return runs::audit(settings_, unheard);
  }
  // Changes what is published behind the runs' back.
  void spoil(std::string_view sql) {
    const auto writer = warehouse_->writer();
    writer->begin();
    writer->execute(sql);
    writer->commit();
    writer->publish();
  }
  std::vector<std::string> differing() {
    std::vector<std::string> found;
    for (const AuditedTable& table : audit()) {
      if (table.differs()) {
        found.push_back(fmt::format("{} {}/{}: {} {}", table.name, table.rows_published,
                                    table.rows_rebuilt, table.only_published, table.only_rebuilt));
      }
    }
    return found;
  }

  tests::TemporaryFolder folder_;
  RunSettings settings_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Audit, testing::Values(Engine::duckdb, Engine::postgres),
                         [](const auto& engine) {
                           return engine.param == Engine::duckdb ? "DuckDB" : "PostgreSQL";
                         });

TEST_P(Audit, FindsNoDifferenceAndChangesNothing) {
  run();
  const auto before = tests::csv_lines(*warehouse_->reader(), "select * from fct_orders");
  const auto audited = audit();
  EXPECT_EQ(audited.size(), pipelines::filled_tables().size());
  for (const AuditedTable& table : audited) {
    EXPECT_FALSE(table.differs()) << table.name;
    EXPECT_EQ(table.rows_published, table.rows_rebuilt) << table.name;
  }
  EXPECT_EQ(tests::csv_lines(*warehouse_->reader(), "select * from fct_orders"), before);
  EXPECT_EQ(warehouse_->reader()->query("select count(*) from run_log").number(), 1);
}

TEST_P(Audit, FindsAValueThatIsAnotherAndARowThatIsMissing) {
  run();
  spoil("update fct_orders set units = units + 1 where order_id = '1001'");
  EXPECT_THAT(differing(), testing::ElementsAre(testing::MatchesRegex("fct_orders .*: 1 1")));
  spoil("delete from fct_cohort_ltv where window_days = 30");
  EXPECT_THAT(differing(), testing::Contains(testing::MatchesRegex("fct_cohort_ltv .*: 0 .*")));
}

TEST_P(Audit, FindsALineThatPointsAtAnotherVersionOfItsProduct) {
  run();
  spoil(
      "update fct_order_items set product_key = (select min(p.product_key) from dim_product p "
      "where p.valid_from <> (select q.valid_from from dim_product q "
      "where q.product_key = fct_order_items.product_key)) "
      "where order_id = '1001' and line_number = 1");
  EXPECT_THAT(differing(), testing::ElementsAre(testing::MatchesRegex("fct_order_items .*: 1 1")));
}

TEST_P(Audit, OfAWarehouseThatThereIsNotSaysTheWayOut) {
  EXPECT_THAT(tests::message_of<Error>([&] { audit(); }), HasSubstr("cartograph run"));
}

TEST_P(Audit, WhatTheNextRunBuildsAnewAnywayIsNotCompared) {
  run();
  settings_.reporting_timezone = "Asia/Tokyo";
  EXPECT_THAT(tests::message_of<Error>([&] { audit(); }), HasSubstr("builds everything anew"));
}

}  // namespace
}  // namespace cartograph::runs
