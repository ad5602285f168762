// The checks bite: of a sound state all errors pass, and each planted fault fails its check.
#include "quality/checks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::quality {
namespace {

using Names = std::set<std::string>;

Names failing(const std::vector<Result>& results) {
  Names names;
  for (const Result& result : results) {
    if (!result.passed()) names.insert(result.check->name);
  }
  return names;
}

const Check& check_named(std::string_view name) {
  for (const Check& check : checks()) {
    if (check.name == name) return check;
  }
  throw Error(fmt::format("no check {}", name));
}

const Result& result_of(const std::vector<Result>& results, std::string_view name) {
  for (const Result& result : results) {
    if (result.check->name == name) return result;
  }
  throw Error(fmt::format("no check {}", name));
}

struct Fault {
  const char* check;
  const char* sql;
};

// Each is one lie in the golden example's tables.
constexpr Fault kFaults[] = {
    {"file_rows_accounted",
     "update loaded_files set rows_staged = rows_staged + 1 where feed = 'products'"},
    {"unique_dim_date", "insert into dim_date select * from dim_date limit 1"},
    {"unique_dim_customer", "insert into dim_customer select * from dim_customer limit 1"},
    {"unique_dim_product",
     "insert into dim_product select * from dim_product where sku = 'VASE-04'"},
    {"unique_fct_orders",
     "insert into fct_orders select * from fct_orders where order_id = '1001'"},
    {"unique_fct_order_items",
     "insert into fct_order_items select * from fct_order_items where order_id = '1001'"},
    {"unique_fct_returns",
     "insert into fct_returns select * from fct_returns where return_id = 'R-1'"},
    {"unique_fct_revenue_daily",
     "insert into fct_revenue_daily select * from fct_revenue_daily where date = '2025-03-03'"},
    {"unique_fct_cohort_ltv", "insert into fct_cohort_ltv select * from fct_cohort_ltv limit 1"},
    {"unique_fct_inventory_daily",
     "insert into fct_inventory_daily select * from fct_inventory_daily limit 1"},
    {"unique_fct_inventory_alerts",
     "insert into fct_inventory_alerts select * from fct_inventory_alerts limit 1"},
    {"unique_fct_revenue_recognition_daily",
     "insert into fct_revenue_recognition_daily select * from fct_revenue_recognition_daily "
     "limit 1"},
    {"one_current_version", "update dim_product set is_current = true where sku = 'MUG-01'"},
    {"one_current_version", "update dim_product set is_current = false where sku = 'VASE-04'"},
    {"versions_without_gaps",
     "update dim_product set valid_to = valid_to - interval 1 second where valid_to is not null"},
    {"versions_without_gaps",
     "update dim_product set valid_to = valid_to + interval 1 second where valid_to is not null"},
    {"versions_without_gaps",
     "update dim_product set valid_to = valid_from + interval 1 day where sku = 'VASE-04'"},
    {"lines_have_product_versions",
     "update fct_order_items set product_key = null where order_id = '1001' and line_number = 1"},
    {"lines_have_product_versions",
     "update fct_order_items set product_key = (select product_key from dim_product "
     "where sku = 'VASE-04') where order_id = '1001' and line_number = 1"},
    {"lines_have_product_versions",
     "update fct_order_items set product_key = (select product_key from dim_product "
     "where sku = 'MUG-01' and is_current) where sku = 'MUG-01' and sold_date < date "
     "'2025-03-10'"},
    {"lines_have_product_versions",
     "update fct_order_items set list_price = list_price + 1 where order_id = '1001'"},
    {"lines_have_product_versions", "delete from dim_product where sku = 'TRAY-05'"},
    {"orders_have_customers", "delete from dim_customer where customer_id = 'C07'"},
    {"line_net_revenue",
     "update fct_order_items set net_revenue = net_revenue + 0.01 "
     "where order_id = '1001' and line_number = 1"},
    {"line_net_revenue",
     "update fct_order_items set net_line_amount = net_line_amount - 0.01 "
     "where order_id = '1001' and line_number = 1"},
    {"order_net_revenue",
     "update fct_orders set net_revenue = net_revenue + 0.01 where order_id = '1001'"},
    {"day_net_revenue",
     "update fct_revenue_daily set net_revenue = net_revenue + 0.01 where date = '2025-03-03'"},
    {"lines_add_up_to_orders",
     "update fct_orders set gross_revenue = gross_revenue + 0.01, net_revenue = net_revenue + "
     "0.01 "
     "where order_id = '1001'"},
    {"lines_add_up_to_orders",
     "update fct_orders set taxes = taxes + 0.01, net_revenue = net_revenue - 0.01 "
     "where order_id = '1001'"},
    {"lines_add_up_to_orders", "delete from fct_orders where order_id = '1001'"},
    {"lines_add_up_to_orders", "delete from fct_order_items where order_id = '1004'"},
    {"pieces_add_up_to_lines", "delete from fct_returns where return_id = 'R-1'"},
    {"pieces_add_up_to_lines",
     "update fct_returns set quantity = quantity + 5 where return_id = 'R-1'"},
    {"orders_add_up_to_days",
     "update fct_revenue_daily set gross_revenue = gross_revenue + 1, net_revenue = net_revenue "
     "+ 1 "
     "where date = '2025-03-01'"},
    {"orders_add_up_to_days",
     "update fct_revenue_daily set orders = orders + 1 where date = '2025-03-01'"},
    {"orders_add_up_to_days", "delete from fct_revenue_daily where date = '2025-03-01'"},
    {"returns_add_up_to_days",
     "update fct_revenue_daily set refunds = refunds + 1, net_revenue = net_revenue - 1 "
     "where date = '2025-03-20'"},
    {"returns_add_up_to_days",
     "update fct_returns set returned_date = returned_date + 1 where return_id = 'R-1'"},
    {"days_without_gaps", "delete from fct_revenue_daily where date = '2025-03-03'"},
    {"days_without_gaps",
     "insert into fct_revenue_daily select * from fct_revenue_daily where date = '2025-03-03'"},
    {"line_value_ranges", "update fct_order_items set quantity = 0 where order_id = '1004'"},
    {"line_value_ranges",
     "update fct_order_items set discount_amount = -0.01, "
     "net_line_amount = net_line_amount + 0.01, net_revenue = net_revenue + 0.01 "
     "where order_id = '1001' and line_number = 2"},
    {"line_value_ranges",
     "update fct_order_items set refund_amount = net_line_amount + 0.01, "
     "net_revenue = -0.01 where order_id = '1001' and line_number = 2"},
    {"order_value_ranges", "update fct_orders set taxes = -0.01 where order_id = '1001'"},
    {"order_value_ranges", "update fct_orders set refunds = -0.01 where order_id = '1001'"},
    {"piece_value_ranges", "update fct_returns set refund_amount = -1 where return_id = 'R-1'"},
    {"piece_value_ranges", "update fct_returns set quantity = 0 where return_id = 'R-1'"},
    {"rates_between_0_and_1",
     "update fct_revenue_daily set return_rate = 1.5 where date = '2025-03-04'"},
    {"rates_between_0_and_1",
     "update fct_cohort_ltv set retention_rate = -0.1 where window_days = 7"},
    {"cohort_counts",
     "update fct_cohort_ltv set eligible_customers = cohort_size + 1 "
     "where window_days = 7"},
    {"cohort_counts",
     "update fct_cohort_ltv set retained_customers = eligible_customers + 1 "
     "where window_days = 7"},
    {"cohorts_add_up", "update fct_cohort_ltv set cohort_size = cohort_size + 1"},
    {"cohorts_add_up", "delete from fct_cohort_ltv where cohort_month = '2025-04-01'"},
    {"inventory_balances",
     "update fct_inventory_daily set on_hand = on_hand + 1, "
     "available = available + 1 where sku = 'MUG-01' and date = '2025-03-20'"},
    {"inventory_balances",
     "update fct_inventory_daily set shipped = shipped + 1 "
     "where sku = 'MUG-01' and date = '2025-03-20'"},
    {"inventory_balances",
     "delete from fct_inventory_daily where sku = 'MUG-01' and date = '2025-03-20'"},
    {"inventory_balances",
     "update fct_inventory_daily set is_at_risk = not is_at_risk "
     "where sku = 'MUG-01' and date = '2025-03-20'"},
    {"recognition_matches_revenue",
     "update fct_revenue_recognition_daily set billed = billed + 1 where date = '2025-03-01'"},
    {"recognition_matches_revenue",
     "delete from fct_revenue_recognition_daily where date = '2025-03-03'"},
    {"recognition_delivered",
     "update fct_revenue_recognition_daily "
     "set delivered_amount = delivered_amount + 1 where date = '2025-03-04'"},
    {"recognition_deferred_revenue",
     "update fct_revenue_recognition_daily "
     "set deferred_revenue = deferred_revenue + 1 "
     "where date = '2025-03-01'"},
    {"recognition_refund_liability",
     "update fct_revenue_recognition_daily "
     "set refund_liability = refund_liability + 1 "
     "where date = '2025-04-01'"},
    {"recognition_totals",
     "update fct_revenue_recognition_daily "
     "set net_revenue_recognised = net_revenue_recognised + 1, "
     "revenue_recognised = revenue_recognised + 1 where date = '2025-03-06'"},
    {"customers_have_first_sales",
     "update dim_customer set first_sale_date = first_sale_date + 1 where customer_id = 'C01'"},
    {"day_ratios", "update fct_revenue_daily set aov = aov + 0.01 where date = '2025-03-01'"},
    {"day_ratios", "update fct_revenue_daily set return_rate = 0.5 where date = '2025-03-04'"},
    {"day_ratios", "update fct_revenue_daily set return_rate = null where date = '2025-03-04'"},
    {"deliveries_add_up_to_days",
     "update fct_revenue_daily set orders_delivered = orders_delivered + 1, "
     "return_rate = 0.5 where date = '2025-03-04'"},
    {"deliveries_add_up_to_days",
     "update fct_revenue_daily set returned_of_delivered = 0, return_rate = 0 "
     "where date = '2025-03-04'"},
    {"deliveries_add_up_to_days",
     "update fct_revenue_daily set orders_returned = orders_returned + 1 "
     "where date = '2025-03-20'"},
    {"customers_add_up_to_days",
     "update fct_revenue_daily set new_customers = new_customers - 1, "
     "repeat_customers = repeat_customers + 1 where date = '2025-03-01'"},
    {"customers_add_up_to_days",
     "update fct_revenue_daily set repeat_customers = repeat_customers + 1 "
     "where date = '2025-03-08'"},
    {"customers_add_up_to_days",
     "update fct_revenue_daily set guest_orders = 0 where date = '2025-03-02'"},
    {"new_customers_add_up_to_cohorts",
     "update fct_revenue_daily set new_customers = new_customers + 1 where date = '2025-03-01'"},
    {"new_customers_add_up_to_cohorts",
     "update fct_cohort_ltv set cohort_size = cohort_size + 1 where cohort_month = '2025-03-01'"},
    {"cohorts_match_orders",
     "update fct_cohort_ltv set revenue = revenue + 0.01 "
     "where cohort_month = '2025-03-01' and window_days = 30"},
    {"cohorts_match_orders",
     "update fct_cohort_ltv set retained_customers = retained_customers - 1 "
     "where cohort_month = '2025-03-01' and window_days = 30"},
    {"cohorts_match_orders",
     "update fct_cohort_ltv set eligible_customers = eligible_customers - 1 "
     "where cohort_month = '2025-03-01' and window_days = 7"},
    {"cohorts_match_orders", "update fct_cohort_ltv set ltv = ltv + 0.01 where window_days = 7"},
    {"cohorts_match_orders",
     "update fct_cohort_ltv set is_mature = not is_mature where window_days = 90"},
    {"alerts_add_up",
     "update fct_inventory_alerts set days_at_risk = days_at_risk + 1 "
     "where opened_on = (select max(opened_on) from fct_inventory_alerts)"},
    {"alerts_add_up", "update fct_inventory_alerts set is_open = false where is_open"},
    {"alerts_add_up", "delete from fct_inventory_alerts"},
    {"alerts_add_up",
     "update fct_inventory_daily set is_at_risk = false where date = "
     "(select max(date) from fct_inventory_daily)"},
    {"alerts_match_inventory",
     "update fct_inventory_alerts set available = available + 1, shortfall = shortfall - 1"},
    {"alerts_match_inventory",
     "update fct_inventory_alerts set resolved_on = resolved_on + 1, "
     "days_at_risk = days_at_risk + 1"},
    {"alerts_match_inventory", "update fct_inventory_alerts set shortfall = shortfall + 1"},
};

// What the golden example warns of: orphans, inferred members, a return above what was sold, and
// TRAY-05, of which two were shipped and none received.
const Names kGoldenWarnings{"orphan_order_items",   "orphan_returns",     "returns_above_sold",
                            "inferred_products",    "inferred_customers", "negative_stock",
                            "lines_perhaps_removed"};

// A published golden example that each test may spoil, in a transaction that is undone.
class GoldenState : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    store_ = new tests::SmallStore;
    store_->land_golden();
    store_->run();
    mark_everything(store_->writer());
  }
  static void TearDownTestSuite() {
    delete store_;
    store_ = nullptr;
  }
  void SetUp() override { store_->writer().begin(); }
  void TearDown() override { store_->writer().rollback(); }

  std::vector<Result> after(const std::string& fault, const Settings& settings = {}) {
    if (!fault.empty()) store_->writer().execute(fault);
    return store_->check(settings);
  }

  static tests::SmallStore* store_;
};
tests::SmallStore* GoldenState::store_ = nullptr;

TEST(Checks, HaveTheSeveritiesOfTheSpecification) {
  const Names warnings{"orphan_order_items",    "orphan_returns",        "returns_above_sold",
                       "sales_without_lines",   "inferred_products",     "inferred_customers",
                       "null_shares",           "delivered_rows",        "feed_freshness",
                       "negative_stock",        "older_landing_dates",   "orders_gone_back",
                       "lines_perhaps_removed", "keys_repeated_in_file", "ids_rewritten",
                       "last_line_unended"};
  Names declared;
  for (const Check& check : checks()) {
    if (check.severity == Severity::warning) declared.insert(check.name);
  }
  EXPECT_EQ(declared, warnings);
  EXPECT_EQ(name(Severity::error), "error");
  EXPECT_EQ(name(Severity::warning), "warning");
}

TEST(SmallWarehouse, IsOneOfFewOrderLinesAndFewDaysOfInventory) {
  tests::SmallStore store;
  store.land_golden();
  store.run();
  EXPECT_TRUE(is_small(store.writer()));
  store.writer().begin();
  store.writer().execute(
      "insert into fct_inventory_daily (sku, date) select 'S' || cast(n as text), d.date "
      "from range(10000) skus(n), (values (date '2025-03-01'), (date '2025-05-30')) d(date)");
  EXPECT_FALSE(is_small(store.writer())) << "10,000 SKUs over three months";
  store.writer().rollback();
  EXPECT_TRUE(is_small(store.writer()));
  store.writer().execute(
      "insert into loaded_files (feed, rows_staged) values ('inventory_movements', 1000000)");
  EXPECT_FALSE(is_small(store.writer())) << "a million movements";
}

TEST(Checks, OneThatCannotBeRunIsNamed) {
  tests::SmallStore store;
  store.writer().execute("drop view orphan_returns");
  const std::string message = tests::message_of<Error>([&] { store.check(); });
  EXPECT_NE(message.find("orphan_returns"), std::string::npos) << message;
}

TEST(Checks, AFailureThatMayPassStaysOfItsKind) {
  class Lost final : public warehouse::Connection {
   public:
    std::int64_t execute(std::string_view) override { return 0; }
    std::vector<warehouse::Column> for_each(std::string_view, const warehouse::Parameters&,
                                            const warehouse::RowVisitor&) override {
      throw TransientError("the connection is lost");
    }
    void load(std::string_view, const std::vector<std::filesystem::path>&) override {}
    void interrupt() override {}
    void resume() override {}
  };
  Lost connection;
  EXPECT_THROW(run_checks(connection, {}, Scope::changed), TransientError);
}

TEST(Checks, OfAnEmptyStoreAllPass) {
  tests::SmallStore store;
  const auto results = store.check();
  EXPECT_EQ(results.size(), checks().size());
  EXPECT_EQ(failing(results), Names{});
}

TEST_F(GoldenState, HasNoErrorAndItsWarnings) {
  const auto results = after("");
  EXPECT_EQ(results.size(), checks().size());
  EXPECT_FALSE(any_error(results));
  EXPECT_EQ(failing(results), kGoldenWarnings);
  for (const Result& result : results) {
    EXPECT_EQ(result.passed(), result.detail.empty()) << result.check->name;
  }
}

TEST_F(GoldenState, AWarningTellsHowManyRowsAndWhich) {
  const auto results = after("");
  const Result& orphans = result_of(results, "orphan_order_items");
  EXPECT_EQ(orphans.failing_rows, 1);
  EXPECT_EQ(orphans.detail, "1013 line 1");
  EXPECT_EQ(orphans.severity, Severity::warning);
  EXPECT_EQ(result_of(results, "orphan_returns").detail, "R-5");
  EXPECT_EQ(result_of(results, "returns_above_sold").detail, "R-4");
  EXPECT_EQ(result_of(results, "inferred_products").detail, "TRAY-05");
  EXPECT_EQ(result_of(results, "inferred_customers").detail, "C07");
  const Result& removed = result_of(results, "lines_perhaps_removed");
  EXPECT_EQ(removed.detail, "1015 line 1 (2025-05-20/order_items.csv:3)");
  ASSERT_EQ(removed.findings.size(), 1u);
  EXPECT_EQ(removed.findings[0].observed,
            "not in 2025-05-20/order_items_eu.csv, which has other lines of the order");
}

TEST_F(GoldenState, EachPlantedFaultFailsItsCheck) {
  for (const Fault& fault : kFaults) {
    store_->writer().rollback();
    store_->writer().begin();
    const auto offending = [&](Scope scope) {
      return run_check(store_->writer(), check_named(fault.check), scope).findings;
    };
    ASSERT_TRUE(offending(Scope::changed).empty()) << fault.check;
    ASSERT_TRUE(offending(Scope::everything).empty()) << fault.check;
    store_->writer().execute(fault.sql);

    const auto rows = offending(Scope::changed);

    ASSERT_FALSE(rows.empty()) << fault.check << " passed after: " << fault.sql;
    EXPECT_TRUE(rows[0].key != "null" && rows[0].observed != "null") << fault.check;
    EXPECT_EQ(offending(Scope::everything).size(), rows.size()) << fault.check;
    EXPECT_EQ(check_named(fault.check).severity, Severity::error) << fault.check;
  }
}

TEST(PlantedFaults, AreThereForEveryCheckThatForbidsPublishing) {
  Names expected;
  for (const Check& check : checks()) {
    // What files are rejected for is not seen in tables: the tests of the reject rate have it.
    if (check.severity == Severity::error && check.name != "reject_rate") {
      expected.insert(check.name);
    }
  }
  Names planted;
  for (const Fault& fault : kFaults) planted.insert(fault.check);
  EXPECT_EQ(planted, expected);
}

TEST_F(GoldenState, EachPlantedOddityFailsItsWarning) {
  const std::tuple<const char*, const char*, const char*> oddities[] = {
      {"sales_without_lines", "1001",
       "update fct_orders set line_count = 0 where order_id = '1001'"},
      {"negative_stock", "VASE-04",
       "update fct_inventory_daily set on_hand = -1, available = -1 "
       "where sku = 'VASE-04' and date = (select max(date) from fct_inventory_daily)"},
      {"inferred_products", "VASE-04",
       "update dim_product set is_inferred = true where sku = 'VASE-04'"},
      {"feed_freshness", "returns",
       "delete from loaded_files; "
       "insert into loaded_files (source_file, ingested_at, feed, landing_date) "
       "select 'x' || d, now(), f, date '2026-01-01' + d from (values (0), (1), (2), (10)) "
       "days(d), "
       "(values ('returns'), ('orders')) feeds(f) where not (f = 'returns' and d = 10)"},
      {"delivered_rows", "returns",
       "insert into loaded_files (source_file, ingested_at, feed, landing_date, rows_read) "
       "select 'x' || d, now(), 'returns', date '2026-01-01' + cast(d as integer), "
       "case when d = 8 then 49 else 100 end from range(9) days(d)"},
      {"delivered_rows", "returns",
       "insert into loaded_files (source_file, ingested_at, feed, landing_date, rows_read) "
       "select 'x' || d, now(), 'returns', date '2026-01-01' + cast(d as integer), "
       "case when d = 8 then 201 else 100 end from range(9) days(d)"},
  };
  for (const auto& [check, key, oddity] : oddities) {
    store_->writer().rollback();
    store_->writer().begin();
    const auto results = after(oddity);
    const Result& result = result_of(results, check);
    EXPECT_NE(result.detail.find(key), std::string::npos) << check << " after: " << oddity;
    EXPECT_EQ(result.severity, Severity::warning) << check;
  }
}

// What a delivery can have that no table of a sound state shows; each finding has file and line.
TEST(DeliveryWarnings, NameFileAndLine) {
  constexpr const char* kOrders =
      "order_id,customer_id,status,created_at,paid_at,fulfilled_at,delivered_at,returned_at,"
      "currency,payment_method\n";
  constexpr const char* kItems =
      "order_id,line_number,sku,quantity,unit_price,discount_amount,tax_amount\n";
  tests::SmallStore store;
  store.land("2025-03-02/orders.csv",
             fmt::format("{}1,,paid,2025-03-01,2025-03-01,,,,USD,\n", kOrders));
  store.land("2025-03-02/order_items.csv",
             fmt::format("{}1,1,A,1,5,,\n1,2,4.50E+12,1,5,,\n1,2,4.50E+12,2,5,,\n"
                         "1,1,A,1,5,,\n",
                         kItems));
  store.run();
  store.land(
      "2025-03-01/orders.csv",
      fmt::format("{}2,,created,2025-03-01,,,,,USD,\n1,,created,2025-03-01,,,,,USD,", kOrders));
  store.run();
  const auto results = store.check();
  const auto detail = [&](const char* check) { return result_of(results, check).detail; };
  EXPECT_EQ(detail("older_landing_dates"), "2025-03-01/orders.csv");
  EXPECT_EQ(detail("orders_gone_back"), "1 (2025-03-01/orders.csv:3)");
  EXPECT_EQ(result_of(results, "orders_gone_back").observed, "from paid to created");
  EXPECT_EQ(detail("keys_repeated_in_file"), "1 2 (2025-03-02/order_items.csv:3 and 4)");
  EXPECT_EQ(detail("ids_rewritten"),
            "4.50E+12 (2025-03-02/order_items.csv:3), 4.50E+12 (2025-03-02/order_items.csv:4)");
  EXPECT_EQ(detail("lines_perhaps_removed"), "");
}

TEST_F(GoldenState, DeliveredRowsBetweenHalfAndDoubleAreNoOddity) {
  for (const int rows : {50, 100, 200}) {
    store_->writer().rollback();
    store_->writer().begin();
    const auto results = after(fmt::format(
        "insert into loaded_files (source_file, ingested_at, feed, landing_date, rows_read) "
        "select 'x' || d, now(), 'returns', date '2026-01-01' + cast(d as integer), "
        "case when d = 40 then {} when d < 12 then 1000000 else 100 end from range(41) days(d)",
        rows));
    EXPECT_TRUE(result_of(results, "delivered_rows").passed())
        << rows << ": " << result_of(results, "delivered_rows").observed;
  }
}

TEST_F(GoldenState, ANullShareIsHeldAgainstItsMedian) {
  const auto share_check = [&](int nulls_of_latest) {
    store_->writer().rollback();
    store_->writer().begin();
    const auto results = after(fmt::format(
        "delete from int_null_shares; insert into int_null_shares "
        "(run_id, table_name, column_name, ordinal, rows, nulls) "
        "select 'r' || n, 'stg_orders', 'channel', n, 100, case when n = 31 then {} else 10 end "
        "from range(1, 32) runs(n)",
        nulls_of_latest));
    return result_of(results, "null_shares").passed();
  };
  EXPECT_TRUE(share_check(10));
  EXPECT_FALSE(share_check(50));
  EXPECT_FALSE(share_check(99));
}

TEST_F(GoldenState, RejectRateIsOfEachFileOfTheRun) {
  // Rejected: 1 of 12 rows of a file of order items, 1 of 10 orders, 1 of 11 movements.
  const auto at = [&](double limit) { return after("", {limit, 0}); };
  EXPECT_TRUE(result_of(at(0.10), "reject_rate").passed()) << "1 of 10 is not above 0.10";
  const auto results = at(0.09);
  const Result& rate = result_of(results, "reject_rate");
  EXPECT_EQ(rate.severity, Severity::error);
  EXPECT_EQ(rate.failing_rows, 2);
  EXPECT_EQ(rate.detail, "2025-03-10/inventory_movements.csv, 2025-04-10/orders.csv");
  EXPECT_TRUE(any_error(results));
  EXPECT_EQ(result_of(at(0.0), "reject_rate").failing_rows, 3);
  EXPECT_TRUE(result_of(at(1.0), "reject_rate").passed());
}

TEST_F(GoldenState, AcceptingRejectsMakesTheRateAWarning) {
  const auto results = after("", {0.0, 0, Accept::rows});
  const Result& rate = result_of(results, "reject_rate");
  EXPECT_FALSE(rate.passed()) << "it is told all the same";
  EXPECT_EQ(rate.severity, Severity::warning);
  EXPECT_EQ(rate.check->severity, Severity::error);
  EXPECT_FALSE(any_error(results));
}

TEST_F(GoldenState, AcceptingRejectsAcceptsNothingElse) {
  EXPECT_TRUE(any_error(
      after("insert into dim_date select * from dim_date limit 1", {0.0, 0, Accept::whole})));
}

TEST_F(GoldenState, AFewRejectsAreToleratedIfTheyAreAtMostHalf) {
  const auto rate = [&](int read, int rejected, int tolerated) {
    return after(fmt::format("update loaded_files set rows_read = {0}, rows_quarantined = {1}, "
                             "rows_staged = {0} - {1}",
                             read, rejected),
                 {0.10, tolerated});
  };
  EXPECT_TRUE(result_of(rate(8, 4, 4), "reject_rate").passed());
  EXPECT_FALSE(result_of(rate(7, 4, 4), "reject_rate").passed()) << "more than half";
  EXPECT_FALSE(result_of(rate(8, 4, 3), "reject_rate").passed()) << "more than tolerated";
}

TEST_F(GoldenState, FilesRejectedWholeAreAcceptedByThatWordAlone) {
  const std::vector<ReadFile> files{{"2025-04-10/orders.csv", true, 0}};
  const auto severity = [&](Accept accept, double limit) {
    store_->writer().execute(
        "update loaded_files set rows_read = 1, rows_staged = 0, rows_quarantined = 1 "
        "where source_file = '2025-04-10/orders.csv'");
    const auto results = run_checks(store_->writer(), {limit, 4, accept}, Scope::changed, files);
    const Result& rate = result_of(results, "reject_rate");
    return rate.passed() ? "passed" : std::string(name(rate.severity));
  };
  EXPECT_EQ(severity(Accept::nothing, 0.5), "error");
  EXPECT_EQ(severity(Accept::rows, 0.5), "error");
  EXPECT_EQ(severity(Accept::whole, 0.5), "warning");
  EXPECT_EQ(severity(Accept::nothing, 1.0), "passed");
}

TEST_F(GoldenState, AFileWithoutRowsHasRate0) {
  const auto results = after(
      "update loaded_files set rows_read = 0, rows_staged = 0, "
      "rows_quarantined = 0",
      {0.0, 0});
  EXPECT_TRUE(result_of(results, "reject_rate").passed());
}

TEST_F(GoldenState, RejectRateOfEarlierRunsIsNoMatterOfThisOne) {
  EXPECT_TRUE(
      result_of(after("update run_scope set run_id = 'a later run'", {0.0, 0}), "reject_rate")
          .passed());
}

TEST_F(GoldenState, UpTo20FailingKeysAreNamedAndAllAreCounted) {
  const auto results =
      after("insert into dim_date select * from dim_date where date < '2025-02-15'");
  const Result& result = result_of(results, "unique_dim_date");
  EXPECT_EQ(result.failing_rows, 45);
  EXPECT_EQ(std::count(result.detail.begin(), result.detail.end(), ','), 19);
  EXPECT_EQ(result.detail.find("2025-01-01, 2025-01-02, "), 0u);
  EXPECT_NE(result.observed.find("44 more"), std::string::npos) << result.observed;
}

}  // namespace
}  // namespace cartograph::quality
