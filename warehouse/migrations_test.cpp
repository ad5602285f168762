// The schema's history, and the functions that engines lack.
#include "warehouse/migrations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

class Schema : public testing::Test {
 protected:
  Schema() { open_writer(); }
  void open_writer() {
    writer_ = warehouse_->writer({"run-1", "run", now()});
    tests::create_staging_tables(*writer_);
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<Warehouse> warehouse_ =
      open("duckdb:" + (folder_ / "w.duckdb").string(), {folder_.path(), 1});
  std::unique_ptr<Writer> writer_;
};

TEST(Migrations, AreNumberedOnceAndInOrder) {
  for (const char* engine : {"duckdb", "postgres"}) {
    std::set<std::string> seen;
    std::string last;
    for (const Migration& migration : migrations(engine)) {
      EXPECT_TRUE(seen.insert(migration.version).second) << engine << " " << migration.version;
      EXPECT_LT(last, migration.version);
      last = migration.version;
      EXPECT_EQ(migration.version.find_first_not_of("0123456789"), std::string::npos);
      EXPECT_FALSE(migration.name.empty());
      EXPECT_EQ(migration.checksum.size(), 32u);
    }
    EXPECT_FALSE(seen.empty());
  }
}

TEST(Migrations, OfAnEngineAreNotThoseOfAnother) {
  std::set<std::string> duckdb;
  for (const Migration& migration : migrations("duckdb")) duckdb.insert(migration.name);
  std::set<std::string> postgres;
  for (const Migration& migration : migrations("postgres")) postgres.insert(migration.name);
  EXPECT_TRUE(postgres.contains("keys"));
  EXPECT_FALSE(duckdb.contains("keys"));
  EXPECT_TRUE(duckdb.contains("operations"));
}

TEST_F(Schema, IsBroughtUpToDateOnce) {
  const std::size_t all = migrations("duckdb").size();
  EXPECT_EQ(pending_migrations(*writer_, "duckdb").size(), all);
  EXPECT_EQ(migrate(*writer_, "duckdb").size(), all);
  EXPECT_TRUE(migrate(*writer_, "duckdb").empty());
  EXPECT_TRUE(pending_migrations(*writer_, "duckdb").empty());
  EXPECT_EQ(writer_->query("select count(*) from schema_migrations").number(),
            static_cast<std::int64_t>(all));
}

TEST_F(Schema, RecordsVersionNameChecksumAndTime) {
  migrate(*writer_, "duckdb");
  const Migration first = migrations("duckdb").front();
  const auto answer = writer_->query(
      "select name, checksum, applied_at > now() - interval 1 hour from schema_migrations "
      "where version = $1",
      {first.version});
  ASSERT_EQ(answer.rows.size(), 1u);
  EXPECT_EQ(answer.rows[0], (Row{first.name, first.checksum, "true"}));
}

TEST_F(Schema, HasEveryTableOfTheSpecification) {
  migrate(*writer_, "duckdb");
  std::set<std::string> tables;
  for (const auto& row : writer_->query("select table_name from information_schema.tables").rows) {
    tables.insert(*row[0]);
  }
  for (const char* table : {"stg_orders",
                            "stg_order_items",
                            "stg_returns",
                            "stg_customers",
                            "stg_products",
                            "stg_inventory_movements",
                            "dim_date",
                            "dim_customer",
                            "dim_product",
                            "fct_orders",
                            "fct_order_items",
                            "fct_returns",
                            "fct_revenue_daily",
                            "fct_cohort_ltv",
                            "fct_inventory_daily",
                            "fct_revenue_recognition_daily",
                            "fct_inventory_alerts",
                            "run_log",
                            "run_steps",
                            "loaded_files",
                            "quarantine",
                            "quality_results",
                            "orphan_order_items",
                            "orphan_returns",
                            "schema_migrations"}) {
    EXPECT_TRUE(tables.contains(table)) << table;
  }
}

TEST_F(Schema, HasTheColumnsOfTheOperationsTables) {
  migrate(*writer_, "duckdb");
  const std::pair<const char*, const char*> expected[] = {
      {"run_log",
       "run_id,command,started_at,finished_at,status,files,rows_read,rows_staged,"
       "rows_quarantined,error"},
      {"run_steps", "run_id,step,started_at,duration_ms,rows,status,detail"},
      {"loaded_files",
       "source_file,ingested_at,checksum,feed,landing_date,bytes,rows_read,"
       "rows_staged,rows_quarantined,run_id"},
      {"quarantine", "run_id,source_file,source_line,feed,reasons,raw_row,ingested_at"},
      {"quality_results",
       "run_id,check_name,table_name,severity,passed,observed,expected,"
       "failing_rows,detail"},
      {"schema_migrations", "version,name,checksum,applied_at"}};
  for (const auto& [table, columns] : expected) {
    EXPECT_EQ(tests::csv_lines(*writer_, fmt::format("select * from {}", table)).front(), columns);
  }
}

TEST_F(Schema, AMigrationThatWasChangedSinceIsNamed) {
  migrate(*writer_, "duckdb");
  writer_->execute(
      "update schema_migrations set checksum = 'x' where version = "
      "(select min(version) from schema_migrations)");
  const Migration first = migrations("duckdb").front();
  const std::string message =
      tests::message_of<Error>([&] { pending_migrations(*writer_, "duckdb"); });
  EXPECT_NE(message.find(first.version + "_" + first.name), std::string::npos) << message;
  EXPECT_NE(message.find("changed"), std::string::npos) << message;
  EXPECT_THROW(migrate(*writer_, "duckdb"), Error);
}

TEST_F(Schema, AMigrationThatThisProgramDoesNotKnowIsNamed) {
  migrate(*writer_, "duckdb");
  writer_->execute("insert into schema_migrations values ('900', 'of_tomorrow', 'x', now())");
  const std::string message =
      tests::message_of<Error>([&] { pending_migrations(*writer_, "duckdb"); });
  EXPECT_NE(message.find("900_of_tomorrow"), std::string::npos) << message;
}

TEST_F(Schema, AMigrationThatWasForgottenIsAppliedAgainAndItsFailureIsNamed) {
  migrate(*writer_, "duckdb");
  const Migration first = migrations("duckdb").front();
  writer_->query("delete from schema_migrations where version = $1", {first.version});
  const std::string message = tests::message_of<Error>([&] { migrate(*writer_, "duckdb"); });
  EXPECT_NE(message.find(first.version + "_" + first.name), std::string::npos) << message;
  EXPECT_EQ(writer_->query("select count(*) from schema_migrations").number(),
            static_cast<std::int64_t>(migrations("duckdb").size()) - 1)
      << "what failed is undone";
  EXPECT_NO_THROW(writer_->begin()) << "no transaction is left open";
}

TEST_F(Schema, StaysWhereTheRunThenFails) {
  migrate(*writer_, "duckdb");
  writer_->publish();
  writer_.reset();
  EXPECT_TRUE(pending_migrations(*warehouse_->reader(), "duckdb").empty());
}

class Functions : public Schema {
 protected:
  std::string value(const std::string& expression) {
    return writer_->query("select " + expression).rows.at(0).at(0).value_or("null");
  }
  void use(std::string_view timezone) { create_functions(*writer_, "duckdb", timezone); }
};

TEST_F(Functions, ProrateRoundsOnceHalfAwayFromZero) {
  use("UTC");
  const auto prorate = [&](const char* amount, int part, int whole) {
    return value(fmt::format("prorate(cast({} as numeric(18, 2)), {}, {})", amount, part, whole));
  };
  EXPECT_EQ(prorate("37.00", 1, 3), "12.33");
  EXPECT_EQ(prorate("37.00", 2, 3), "24.67");
  EXPECT_EQ(prorate("37.00", 3, 3), "37.00");
  EXPECT_EQ(prorate("0.01", 1, 2), "0.01");
  EXPECT_EQ(prorate("0.05", 1, 2), "0.03");
  EXPECT_EQ(prorate("-0.05", 1, 2), "-0.03");
  EXPECT_EQ(prorate("0.00", 1, 7), "0.00");
  EXPECT_EQ(prorate("100000000000.00", 99'999, 100'000), "99999000000.00");
}

TEST_F(Functions, ProductKeyIsTheSameTextForTheSameVersion) {
  use("Europe/Berlin");
  const std::string key = value("product_key('MUG', timestamptz '2025-03-15 01:00:00.5+01')");
  EXPECT_EQ(key, value("product_key('MUG', timestamptz '2025-03-15 00:00:00.5+00')"));
  EXPECT_NE(key, value("product_key('MUG', timestamptz '2025-03-15 00:00:00.500001+00')"));
  EXPECT_NE(key, value("product_key('MUH', timestamptz '2025-03-15 00:00:00.5+00')"));
}

}  // namespace
}  // namespace cartograph::warehouse
