// The models: their order, their failures, and what they make of the golden example.
#include "pipelines/models.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "tests/golden_tables.hpp"
#include "tests/support.hpp"

namespace cartograph::pipelines {
namespace {

using List = std::vector<std::string>;

std::vector<List> all_tables(tests::SmallStore& store) {
  std::vector<List> content;
  for (const std::string& table : tests::golden_tables()) {
    content.push_back(tests::csv_lines(store.writer(), "select * from " + table));
  }
  return content;
}

// Fails every statement in one way.
template <class Failure>
class FailingConnection final : public warehouse::Connection {
 public:
  std::int64_t execute(std::string_view) override { throw Failure("the engine's words"); }
  std::vector<warehouse::Column> for_each(std::string_view, const warehouse::Parameters&,
                                          const warehouse::RowVisitor&) override {
    throw Failure("the engine's words");
  }
  void load(std::string_view, const std::vector<std::filesystem::path>&) override {}
  void interrupt() override {}
  void resume() override {}
};

TEST(Models, RunInTheOrderOfTheirNames) {
  const auto list = models();
  ASSERT_FALSE(list.empty());
  for (std::size_t i = 1; i < list.size(); ++i) EXPECT_LT(list[i - 1].name, list[i].name);
  for (const Model& model : list) {
    EXPECT_EQ(model.name.find('/'), std::string_view::npos);
    EXPECT_FALSE(model.name.ends_with(".sql"));
    EXPECT_FALSE(model.sql.empty());
  }
}

TEST(FilledTables, AreTheDimensionsFactsAndIntermediateTablesOfTheSchemaEachOnce) {
  tests::SmallStore store;
  const auto filled = filled_tables();
  List names(filled.begin(), filled.end());
  std::sort(names.begin(), names.end());
  names.insert(names.begin(), "table_name");
  EXPECT_EQ(names, tests::csv_lines(store.writer(),
                                    "select table_name from information_schema.tables "
                                    "where table_type = 'BASE TABLE' and substr(table_name, 1, 4) "
                                    "in ('dim_', 'fct_', 'int_')"));
}

TEST(Models, AFailureNamesTheModel) {
  FailingConnection<Error> connection;
  const std::string message = tests::message_of<Error>(
      [&] { run_models(connection, [](std::string_view, const auto& body) { body(); }); });
  EXPECT_NE(message.find(models().front().name), std::string::npos) << message;
  EXPECT_NE(message.find("the engine's words"), std::string::npos) << message;
}

TEST(Models, AFailureThatMayPassStaysOfItsKind) {
  FailingConnection<TransientError> connection;
  EXPECT_THROW(run_models(connection, [](std::string_view, const auto& body) { body(); }),
               TransientError);
}

TEST(Models, EachIsAStepOfItsOwn) {
  class Recording final : public warehouse::Connection {
   public:
    std::int64_t execute(std::string_view sql) override {
      executed.emplace_back(sql);
      return 7;
    }
    std::vector<warehouse::Column> for_each(std::string_view, const warehouse::Parameters&,
                                            const warehouse::RowVisitor&) override {
      return {};
    }
    void load(std::string_view, const std::vector<std::filesystem::path>&) override {}
    void interrupt() override {}
    void resume() override {}

    List executed;
  };
  Recording connection;
  List names;
  run_models(connection, [&](std::string_view name, const auto& body) {
    names.emplace_back(name);
    EXPECT_EQ(body(), 7);
  });
  List expected_names;
  List expected_sql;
  for (const Model& model : models()) {
    expected_names.emplace_back(model.name);
    expected_sql.emplace_back(model.sql);
  }
  EXPECT_EQ(names, expected_names);
  EXPECT_EQ(connection.executed, expected_sql);
}

TEST(Scope, IsWhatTheLatestRunHasToLookAt) {
  tests::SmallStore store;
  create_scope(store.writer(), {"run-1", kEverything});
  create_scope(store.writer(), {"it's run-2", Instant{1'740'823'200'000'001}});
  EXPECT_EQ(tests::csv_lines(store.writer(), "select run_id, ingested_after from run_scope"),
            (List{"run_id,ingested_after", "it's run-2,2025-03-01T10:00:00.000001Z"}));
}

TEST(Scope, EverythingLiesBeforeAnyDelivery) {
  EXPECT_EQ(to_string(kEverything), "1900-01-01T00:00:00.000000Z");
}

TEST(DerivedTables, AreEmptiedAndNothingElse) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  for (const char* table : {"dim_mine", "fct_mine", "int_mine"}) {
    store.writer().execute(fmt::format("create table {} as select 1 as mine", table));
  }
  clear_derived_tables(store.writer());
  for (const char* table : {"dim_mine", "fct_mine", "int_mine"}) {
    EXPECT_EQ(store.writer().query(fmt::format("select mine from {}", table)).number(), 1) << table;
  }
  for (const std::string& table : tests::golden_tables({"dim_", "fct_"})) {
    EXPECT_EQ(store.writer().query("select count(*) from " + table).number(), 0) << table;
  }
  EXPECT_EQ(store.writer().query("select count(*) from loaded_files").number(), 17);
  EXPECT_GT(store.writer().query("select count(*) from stg_orders").number(), 0);
}

TEST(GoldenExample, IsReachedWithAllDeliveriesAtOnce) {
  tests::SmallStore store;
  store.land_golden();
  ASSERT_EQ(store.run(), 17u);
  tests::expect_golden(store.writer());
}

TEST(GoldenExample, IsReachedWithTheDeliveriesOneByOne) {
  tests::SmallStore store;
  std::size_t deliveries = 0;
  for (const char* landing_date : {"2025-03-10", "2025-04-10", "2025-05-20"}) {
    store.land_golden(landing_date);
    deliveries += store.run();
  }
  EXPECT_EQ(deliveries, 17u);
  tests::expect_golden(store.writer());
}

TEST(GoldenExample, IsReachedByARebuildToo) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  const auto before = all_tables(store);
  store.rebuild();
  tests::expect_golden(store.writer());
  EXPECT_EQ(all_tables(store), before);
}

TEST(GoldenExample, StaysAsItIsWhenARunFindsNothingNew) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  const auto before = all_tables(store);
  EXPECT_EQ(store.run(), 0u);
  EXPECT_EQ(all_tables(store), before);
}

TEST(GoldenExample, IsReachedAgainAfterADetour) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  // A delivery that changes a sale, and one that takes the change back.
  const std::string orders =
      tests::read_file(tests::golden_landing() / "2025-05-20" / "orders.csv");
  std::string changed = orders;
  for (std::size_t at = 0; (at = changed.find("2025-03-16T23:59:59", at)) != std::string::npos;) {
    changed.replace(at, 10, "2025-03-17");
  }
  ASSERT_NE(changed, orders);
  store.land("2025-05-20/orders.csv", changed);
  ASSERT_EQ(store.run(), 1u);
  EXPECT_NE(tests::csv_lines(store.writer(), tests::golden_select("fct_revenue_daily")),
            tests::golden_lines("fct_revenue_daily"));
  store.land("2025-05-20/orders.csv", orders);
  ASSERT_EQ(store.run(), 1u);
  tests::expect_golden(store.writer(), {"dim_", "fct_", "orphan_"});
}

TEST(GoldenExample, OfAWarehouseFromBeforeReturnsWereCountedByDayOfDeliveryGetsTheCounts) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  store.writer().execute("alter table fct_revenue_daily drop column returned_of_delivered");
  for (const EmbeddedFile& file : all_embedded_files()) {
    if (file.path.ends_with("_returned_of_delivered.sql")) store.writer().execute(file.text);
  }
  EXPECT_EQ(tests::csv_lines(store.writer(), tests::golden_select("fct_revenue_daily")),
            tests::golden_lines("fct_revenue_daily"));
}

TEST(EmptyStore, HasEmptyTables) {
  tests::SmallStore store;
  store.run();
  store.rebuild();
  for (const std::string& table : tests::golden_tables()) {
    EXPECT_EQ(store.writer().query("select count(*) from " + table).number(), 0) << table;
  }
}

// The worked example of the business rules.
TEST(WorkedExample, ShowsItsFiguresOnBothDays) {
  tests::SmallStore store;
  store.land("2025-03-21/orders.csv",
             "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
             "currency,payment_method\n"
             "1,C1,returned,2025-03-01,2025-03-01T09:00:00Z,,2025-03-03T09:00:00Z,"
             "2025-03-20T09:00:00Z,USD,card\n");
  store.land("2025-03-21/order_items.csv",
             "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n"
             "1,1,A,2,10.00,2.00,1.80\n1,2,B,1,5.00,,0.50\n");
  store.run();
  EXPECT_EQ(
      tests::csv_lines(store.writer(),
                       "select date, gross_revenue, discounts, taxes, refunds, net_revenue, aov "
                       "from fct_revenue_daily where orders > 0 or refunds > 0"),
      (List{"date,gross_revenue,discounts,taxes,refunds,net_revenue,aov",
            "2025-03-01,27.30,2.00,2.30,0.00,23.00,23.0",
            "2025-03-20,0.00,0.00,0.00,23.00,-23.00,"}));
  EXPECT_EQ(
      tests::csv_lines(store.writer(),
                       "select line_number, days_since_delivery, is_refundable, refund_amount "
                       "from fct_returns"),
      (List{"line_number,days_since_delivery,is_refundable,refund_amount", "1,17,true,18.00",
            "2,17,true,5.00"}));
  EXPECT_EQ(tests::csv_lines(store.writer(), "select net_revenue, refunds from fct_orders"),
            (List{"net_revenue,refunds", "0.00,23.00"}));
}

TEST(ReportingTimeZone, DecidesTheDayOfASale) {
  tests::SmallStore store({2, "America/New_York"});
  store.land("2025-03-21/orders.csv",
             "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
             "currency,payment_method\n1,,paid,2025-03-01,2025-03-02T04:59:59Z,,,,USD,card\n"
             "2,,paid,2025-03-01,2025-03-02T05:00:00Z,,,,USD,card\n");
  store.run();
  EXPECT_EQ(tests::csv_lines(store.writer(), "select order_id, sold_date from fct_orders"),
            (List{"order_id,sold_date", "1,2025-03-01", "2,2025-03-02"}));
}

}  // namespace
}  // namespace cartograph::pipelines
