// What is published, while others look at the warehouse's file, write into it or have damaged it:
// the real program runs, and this process looks at the file beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "quality/checks.hpp"
#include "tests/program.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::tests {
namespace {

namespace fs = std::filesystem;
using warehouse::duckdb::Access;
using warehouse::duckdb::Session;

using Tables = std::map<std::string, std::vector<std::string>>;

class Publication : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "landing");
    land("2025-03-10");
    ASSERT_EQ(program({"run"}).status, 0);
  }

  fs::path file() const { return folder_ / "data" / "warehouse.duckdb"; }

  void land(const std::string& date) {
    fs::copy(golden_landing() / date, folder_ / "landing" / date, fs::copy_options::recursive);
  }

  Ended program(std::vector<std::string> arguments) {
    for (const std::string& option :
         {std::string("--quiet"), std::string("--landing"), (folder_ / "landing").string(),
          std::string("--data"), (folder_ / "data").string()}) {
      arguments.push_back(option);
    }
    return run_program(arguments);
  }

  // What readers see of everything but the operations tables.
  Tables published() {
    Session reader(file(), Access::read_only, {});
    return tables(reader);
  }

  static Tables tables(Session& reader) {
    Tables content;
    const auto names = reader.query(
        "select table_name from information_schema.tables where table_schema = current_schema() "
        "and table_name not in ('run_log', 'run_steps', 'quality_results', 'calendar')");
    for (const auto& row : names.rows) {
      content[*row[0]] = csv_lines(reader, "select * from " + *row[0]);
    }
    return content;
  }

  // The names of the tables that are not the same.
  static std::set<std::string> changed(const Tables& before, const Tables& after) {
    std::set<std::string> names;
    for (const auto& [name, content] : before) {
      if (!after.contains(name) || after.at(name) != content) names.insert(name);
    }
    for (const auto& [name, content] : after) {
      if (!before.contains(name)) names.insert(name);
    }
    return names;
  }

  // Changes the published file behind the program's back.
  void damage(const std::string& sql) { Session(file(), Access::read_write, {}).execute(sql); }

  std::string text(const std::string& sql) {
    Session reader(file(), Access::read_only, {});
    const auto answer = reader.query(sql);
    return answer.rows.empty() ? "" : answer.rows[0][0].value_or("");
  }

  TemporaryFolder folder_;
};

struct Lie {
  const char* check;
  const char* sql;
};

// Each is one lie in the published tables.
constexpr Lie kLies[] = {
    {"file_rows_accounted", "update loaded_files set rows_read = rows_read + 1"},
    {"unique_dim_date", "insert into dim_date select * from dim_date limit 1"},
    {"unique_dim_customer", "insert into dim_customer select * from dim_customer limit 1"},
    {"unique_dim_product", "insert into dim_product select * from dim_product limit 1"},
    {"unique_fct_orders", "insert into fct_orders select * from fct_orders limit 1"},
    {"unique_fct_order_items", "insert into fct_order_items select * from fct_order_items limit 1"},
    {"unique_fct_returns", "insert into fct_returns select * from fct_returns limit 1"},
    {"unique_fct_revenue_daily",
     "insert into fct_revenue_daily select * from fct_revenue_daily limit 1"},
    {"unique_fct_cohort_ltv", "insert into fct_cohort_ltv select * from fct_cohort_ltv limit 1"},
    {"unique_fct_inventory_daily",
     "insert into fct_inventory_daily select * from fct_inventory_daily limit 1"},
    {"unique_fct_inventory_alerts",
     "insert into fct_inventory_alerts select * from fct_inventory_alerts limit 1"},
    {"unique_fct_revenue_recognition_daily",
     "insert into fct_revenue_recognition_daily select * from fct_revenue_recognition_daily "
     "limit 1"},
    {"one_current_version", "update dim_product set is_current = false"},
    {"versions_without_gaps", "update dim_product set valid_to = valid_to - interval 1 day"},
    {"lines_have_product_versions",
     "update fct_order_items set product_key = 'none' where sold_date is not null"},
    {"orders_have_customers", "delete from dim_customer"},
    {"line_net_revenue", "update fct_order_items set net_revenue = net_revenue + 0.01"},
    {"order_net_revenue", "update fct_orders set net_revenue = net_revenue + 0.01"},
    {"day_net_revenue", "update fct_revenue_daily set net_revenue = net_revenue + 0.01"},
    {"lines_add_up_to_orders",
     "update fct_orders set gross_revenue = gross_revenue + 0.01, net_revenue = net_revenue + "
     "0.01"},
    {"pieces_add_up_to_lines",
     "update fct_returns set refund_amount = refund_amount + 0.01 where is_refundable"},
    {"orders_add_up_to_days",
     "update fct_revenue_daily set gross_revenue = gross_revenue + 0.01, "
     "net_revenue = net_revenue + 0.01"},
    {"returns_add_up_to_days",
     "update fct_revenue_daily set refunds = refunds + 0.01, "
     "net_revenue = net_revenue - 0.01"},
    {"days_without_gaps",
     "delete from fct_revenue_daily where date = "
     "(select min(date) + 1 from fct_revenue_daily)"},
    {"line_value_ranges", "update fct_order_items set quantity = 0"},
    {"order_value_ranges", "update fct_orders set refunds = -0.01"},
    {"piece_value_ranges", "update fct_returns set quantity = 0"},
    {"rates_between_0_and_1", "update fct_revenue_daily set return_rate = 1.01"},
    {"cohort_counts", "update fct_cohort_ltv set retained_customers = eligible_customers + 1"},
    {"cohorts_add_up", "update fct_cohort_ltv set cohort_size = cohort_size + 1"},
    {"customers_have_first_sales", "update dim_customer set first_sale_date = first_sale_date + 1"},
    {"inventory_balances",
     "update fct_inventory_daily set on_hand = on_hand + 1, available = available + 1"},
    {"recognition_matches_revenue",
     "update fct_revenue_recognition_daily set billed = billed + 0.01"},
    {"recognition_delivered",
     "update fct_revenue_recognition_daily set delivered_amount = delivered_amount + 0.01"},
    {"recognition_deferred_revenue",
     "update fct_revenue_recognition_daily set deferred_revenue = deferred_revenue + 0.01"},
    {"recognition_refund_liability",
     "update fct_revenue_recognition_daily set refund_liability = refund_liability + 0.01"},
    {"recognition_totals",
     "update fct_revenue_recognition_daily set refund_liability = refund_liability + 0.01"},
};

TEST_F(Publication, WithALieInItFailsTheCheckThatNamesIt) {
  land("2025-04-10");
  land("2025-05-20");
  ASSERT_EQ(program({"run"}).status, 0);
  ASSERT_EQ(program({"check"}).status, 0);
  const fs::path truth = folder_ / "truth.duckdb";
  fs::copy_file(file(), truth);
  for (const Lie& lie : kLies) {
    fs::copy_file(truth, file(), fs::copy_options::overwrite_existing);
    damage(lie.sql);

    const Ended ended = program({"check"});

    EXPECT_EQ(ended.status, 1) << lie.check << ": " << ended.err;
    EXPECT_NE(ended.out.find(std::string("error    ") + lie.check + " "), std::string::npos)
        << lie.check << ": " << ended.out;
  }
}

TEST(PublicationLies, AreThereForEveryCheckOfTablesThatForbidsPublishing) {
  std::set<std::string> expected;
  for (const quality::Check& check : quality::checks()) {
    // What files are rejected for is not seen in tables: bad_input_test.py has that.
    if (check.severity == quality::Severity::error && check.name != "reject_rate") {
      expected.insert(check.name);
    }
  }
  std::set<std::string> planted;
  for (const Lie& lie : kLies) planted.insert(lie.check);
  EXPECT_EQ(planted, expected);
}

TEST_F(Publication, IsNotChangedByARunWhoseChecksFailOnTheNewState) {
  // No file of the next landing date touches this SKU's versions.
  damage("update dim_product set is_current = false where sku = 'VASE-04'");
  const Tables before = published();
  land("2025-04-10");

  const Ended failed = program({"run"});

  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.err.find("one_current_version"), std::string::npos) << failed.err;
  EXPECT_THAT(changed(before, published()), testing::IsEmpty());
  EXPECT_EQ(text("select status from run_log order by started_at desc limit 1"), "failed");
  EXPECT_NE(text("select error from run_log order by started_at desc limit 1")
                .find("one_current_version"),
            std::string::npos);
  EXPECT_EQ(text("select check_name from quality_results where not passed and severity = 'error' "
                 "and run_id = (select max(run_id) from run_log)"),
            "one_current_version");
  EXPECT_EQ(text("select count(*) from run_steps where run_id = (select max(run_id) from run_log) "
                 "and step = 'check'"),
            "1");
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data")) {
    EXPECT_EQ(entry.path().string().find("landing_date=2025-04-10"), std::string::npos);
  }

  // A rebuild mends what was damaged; then the run that failed goes through.
  EXPECT_EQ(program({"rebuild"}).status, 0);
  EXPECT_EQ(program({"run"}).status, 0);
  EXPECT_EQ(program({"check"}).status, 0);
}

TEST_F(Publication, StaysAsItWasForAReaderThatIsOpenWhileRunsPublish) {
  Session reader(file(), Access::read_only, {});
  const Tables before = tables(reader);

  land("2025-04-10");
  const Ended first = program({"run"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(changed(before, tables(reader)), testing::IsEmpty());
  land("2025-05-20");
  ASSERT_EQ(program({"run"}).status, 0);
  ASSERT_EQ(program({"rebuild"}).status, 0);

  EXPECT_THAT(changed(before, tables(reader)), testing::IsEmpty());
  EXPECT_THAT(changed(before, published()), testing::Contains("fct_orders"));
}

TEST_F(Publication, WaitsForNoForeignWriterButStopsAndSaysSo) {
  const Tables before = published();
  land("2025-04-10");
  {
    Session writer(file(), Access::read_write, {});
    writer.execute("create table notes as select 'kept' as note");
    for (const std::string command : {"run", "rebuild", "query"}) {
      const Ended stopped =
          program(command == "query" ? std::vector<std::string>{"query", "select 1"}
                                     : std::vector<std::string>{command});
      EXPECT_EQ(stopped.status, 3) << command << ": " << stopped.err;
      EXPECT_NE(stopped.err.find(file().string()), std::string::npos) << stopped.err;
      EXPECT_NE(stopped.err.find("open for writing"), std::string::npos) << stopped.err;
    }
  }
  EXPECT_EQ(text("select note from notes"), "kept");
  const Ended ended = program({"run"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(text("select note from notes"), "kept");
  EXPECT_EQ(text("select count(distinct landing_date) from loaded_files"), "2");
}

TEST_F(Publication, KeepsWhatAnotherProgramLeftInALogBesideTheFile) {
  run_and_vanish([&] {
    Session writer(file(), Access::read_write, {});
    writer.execute("pragma disable_checkpoint_on_shutdown");
    writer.execute("create table notes as select 'kept' as note");
    ::_exit(0);
  });
  ASSERT_TRUE(fs::exists(file().string() + ".wal"));
  land("2025-04-10");

  const Ended ended = program({"run"});

  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_FALSE(fs::exists(file().string() + ".wal"));
  EXPECT_EQ(text("select note from notes"), "kept");
  EXPECT_EQ(text("select count(distinct landing_date) from loaded_files"), "2");
  EXPECT_EQ(program({"check"}).status, 0);
}

TEST_F(Publication, FollowsALinkToWhereTheFileReallyIs) {
  const fs::path elsewhere = folder_ / "elsewhere.duckdb";
  fs::rename(file(), elsewhere);
  fs::create_symlink(elsewhere, file());
  land("2025-04-10");

  const Ended ended = program({"run"});

  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(fs::is_symlink(file()));
  EXPECT_EQ(text("select count(distinct landing_date) from loaded_files"), "2");
}

}  // namespace
}  // namespace cartograph::tests
