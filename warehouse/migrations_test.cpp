// The schema's history, and the functions that engines lack.
#include "warehouse/migrations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse {
namespace {

const SqlFolders kDuckdb = {"all", "duckdb"};
const SqlFolders kPostgres = {"all", "postgres"};

class Schema : public testing::Test {
 protected:
  std::vector<std::string> prepare() { return writer_->prepare({tests::staging_tables(), {}}); }

  tests::TemporaryFolder folder_;
  std::unique_ptr<Warehouse> warehouse_ =
      open("duckdb:" + (folder_ / "w.duckdb").string(), {folder_.path(), 1});
  std::unique_ptr<Writer> writer_ = warehouse_->writer();
};

TEST(Migrations, AreNumberedOnceOverAllFoldersAndEachIsOfAKnownOne) {
  std::set<std::string> seen;
  for (const EmbeddedFile& file : all_embedded_files()) {
    constexpr std::string_view kRoot = "warehouse/migrations/";
    if (!file.path.starts_with(kRoot)) continue;
    const std::string_view below = file.path.substr(kRoot.size());
    const std::string folder(below.substr(0, below.find('/')));
    EXPECT_TRUE(folder == "all" || folder == "duckdb" || folder == "postgres") << file.path;
    const std::string version(below.substr(folder.size() + 1, 3));
    EXPECT_TRUE(seen.insert(version).second) << file.path;
    EXPECT_EQ(version.find_first_not_of("0123456789"), std::string::npos) << file.path;
  }
  EXPECT_FALSE(seen.empty());
}

TEST(Migrations, ComeInOneOrderWhateverTheirFolder) {
  for (const SqlFolders& folders : {kDuckdb, kPostgres}) {
    std::string last;
    for (const Migration& migration : migrations(folders)) {
      EXPECT_LT(last, migration.version);
      last = migration.version;
      EXPECT_FALSE(migration.name.empty());
      EXPECT_EQ(migration.checksum.size(), 32u);
    }
    EXPECT_FALSE(last.empty());
  }
}

TEST(Migrations, OfAnEngineAreNotThoseOfAnother) {
  std::set<std::string> duckdb;
  for (const Migration& migration : migrations(kDuckdb)) duckdb.insert(migration.name);
  std::set<std::string> postgres;
  for (const Migration& migration : migrations(kPostgres)) postgres.insert(migration.name);
  EXPECT_TRUE(postgres.contains("keys"));
  EXPECT_FALSE(duckdb.contains("keys"));
  EXPECT_TRUE(duckdb.contains("operations"));
}

TEST(Checksum, DoesNotCoverCommentsAndLayout) {
  const std::string plain = checksum("create table t (a text, b text); insert into t values (1)");
  EXPECT_EQ(plain, checksum("-- A table.\n\ncreate table t (a text, -- one\n   b text);\n"
                            "/* rows\n */ insert into\tt values (1)\n-- the end"));
  EXPECT_NE(plain, checksum("create table t (a text, c text); insert into t values (1)"));
  EXPECT_NE(plain, checksum("create table t (a text, b text)"));
}

TEST(Checksum, CoversWhatIsQuotedToTheByte) {
  EXPECT_NE(checksum("select '--  a'"), checksum("select '-- a'"));
  EXPECT_NE(checksum("select 'it''s -- a' -- b"), checksum("select 'it''s -- b' -- b"));
  EXPECT_NE(checksum("select \"a  b\""), checksum("select \"a b\""));
  EXPECT_NE(checksum("as $$ select 1  $$"), checksum("as $$ select 1 $$"));
  EXPECT_EQ(checksum("select 'a' -- 'b"), checksum("select 'a'  "));
}

TEST_F(Schema, IsBroughtUpToDateOnce) {
  const std::vector<std::string> all = warehouse_->pending();
  EXPECT_EQ(all.size(), migrations(kDuckdb).size());
  EXPECT_EQ(all.front(), "001_operations");
  EXPECT_EQ(prepare(), all);
  EXPECT_TRUE(prepare().empty());
  EXPECT_EQ(writer_->query("select count(*) from schema_migrations").number(),
            static_cast<std::int64_t>(all.size()));
}

TEST_F(Schema, OfAnEarlierProgramWhoseChecksumsCoveredCommentsIsUpToDate) {
  prepare();
  for (const auto& [version, checksum] : {std::pair{"001", "c90fdd15d544f52f2b4cc81480053982"},
                                          {"005", "0f93fbd714ae53a74d24e8bc0162d2e4"}}) {
    writer_->query("update schema_migrations set checksum = $1 where version = $2",
                   {checksum, version});
  }
  EXPECT_TRUE(prepare().empty());
  writer_->execute(
      "update schema_migrations set checksum = '0f93fbd714ae53a74d24e8bc0162d2e4' "
      "where version = '001'");
  EXPECT_THROW(prepare(), Error) << "the checksum is another migration's";
}

// Fails at the statement that has the word, as a connection does that is lost.
class LosingWriter final : public duckdb::Session, public Writer {
 public:
  explicit LosingWriter(std::string word)
      : Session("", duckdb::Access::read_write, {}), word_(std::move(word)) {}
  std::int64_t execute(std::string_view sql) override {
    if (sql.find(word_) != std::string_view::npos) throw TransientError("the connection was lost");
    return Session::execute(sql);
  }
  void begin() override { execute("begin transaction"); }
  void commit() override { execute("commit"); }
  void rollback() override { execute("rollback"); }
  void publish() override {}

 private:
  SqlFolders sql_folders() const override { return kDuckdb; }
  std::string_view comments_sql() const override { return ""; }

  std::string word_;
};

TEST(Migrations, FailForAWhileWhereTheEngineDoes) {
  LosingWriter writer("create table dim_date");
  const std::string message = tests::message_of<TransientError>([&] {
    writer.prepare({tests::staging_tables(), {}});
  });
  EXPECT_NE(message.find("migration 002_dimensions failed and was undone: the connection was lost"),
            std::string::npos)
      << message;
  EXPECT_EQ(writer.query("select count(*) from schema_migrations").number(), 1);
}

TEST_F(Schema, ItsTablesAreGivenToTheEngineOnceTheyAreWhole) {
  std::vector<std::string> made;
  writer_->execute("create table small (a text)");
  const TableSpec small{"small", {{"a", ColumnType::text}, {"b", ColumnType::bigint}}, {"a"}, {}};
  create_tables(*writer_, {small, {"other", {{"c", ColumnType::date}}, {}, {}}},
                [&](const TableSpec& table) {
                  made.push_back(table.name);
                  writer_->query("select " + table.columns.back().name + " from " + table.name);
                });
  EXPECT_EQ(made, (std::vector<std::string>{"small", "other"}));
}

TEST_F(Schema, RecordsVersionNameChecksumAndTime) {
  prepare();
  const Migration first = migrations(kDuckdb).front();
  const auto answer = writer_->query(
      "select name, checksum, applied_at > now() - interval 1 hour from schema_migrations "
      "where version = $1",
      {first.version});
  ASSERT_EQ(answer.rows.size(), 1u);
  EXPECT_EQ(answer.rows[0], (Row{first.name, first.checksum, "true"}));
}

TEST_F(Schema, HasEveryTableOfTheSpecification) {
  prepare();
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
  prepare();
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
  prepare();
  writer_->execute(
      "update schema_migrations set checksum = 'x' where version = "
      "(select min(version) from schema_migrations)");
  const Migration first = migrations(kDuckdb).front();
  const std::string message = tests::message_of<Error>([&] { prepare(); });
  EXPECT_NE(message.find(first.version + "_" + first.name), std::string::npos) << message;
  EXPECT_NE(message.find("changed"), std::string::npos) << message;
  EXPECT_THROW(prepare(), Error);
}

TEST_F(Schema, AMigrationThatThisProgramDoesNotKnowIsNamed) {
  prepare();
  writer_->execute("insert into schema_migrations values ('900', 'of_tomorrow', 'x', now())");
  const std::string message = tests::message_of<Error>([&] { prepare(); });
  EXPECT_NE(message.find("900_of_tomorrow"), std::string::npos) << message;
}

TEST_F(Schema, AMigrationThatWasForgottenIsAppliedAgainAndItsFailureIsNamed) {
  prepare();
  const Migration first = migrations(kDuckdb).front();
  writer_->query("delete from schema_migrations where version = $1", {first.version});
  const std::string message = tests::message_of<Error>([&] { prepare(); });
  EXPECT_NE(message.find(first.version + "_" + first.name), std::string::npos) << message;
  EXPECT_EQ(writer_->query("select count(*) from schema_migrations").number(),
            static_cast<std::int64_t>(migrations(kDuckdb).size()) - 1)
      << "what failed is undone";
  EXPECT_NO_THROW(writer_->begin()) << "no transaction is left open";
}

TEST_F(Schema, StaysWhereTheRunThenFails) {
  prepare();
  writer_->publish();
  writer_.reset();
  EXPECT_TRUE(warehouse_->pending().empty());
}

class Functions : public Schema {
 protected:
  std::string value(const std::string& expression) {
    return writer_->query("select " + expression).rows.at(0).at(0).value_or("null");
  }
  void use(const std::string& timezone) { writer_->create_functions({timezone}); }
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
