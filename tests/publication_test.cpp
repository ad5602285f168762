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
    ASSERT_EQ(program({"run", "--no-report"}).status, 0);
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
    Session reader(file(), Access::read_only, {folder_ / "data"});
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

  std::set<fs::path> lake_files() {
    std::set<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data" / "lake")) {
      if (entry.path().extension() == ".parquet") files.insert(entry.path());
    }
    return files;
  }

  // Changes the published file behind the program's back.
  void damage(const std::string& sql) { Session(file(), Access::read_write, {}).execute(sql); }

  std::string text(const std::string& sql) {
    Session reader(file(), Access::read_only, {folder_ / "data"});
    const auto answer = reader.query(sql);
    return answer.rows.empty() ? "" : answer.rows[0][0].value_or("");
  }

  TemporaryFolder folder_;
};

TEST_F(Publication, WithALieInItFailsTheCheckThatNamesIt) {
  ASSERT_EQ(program({"check"}).status, 0);
  damage("update fct_orders set net_revenue = net_revenue + 0.01");

  const Ended ended = program({"check"});

  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_NE(ended.out.find("error    order_net_revenue "), std::string::npos) << ended.out;
}

TEST_F(Publication, IsNotChangedByARunWhoseChecksFailOnTheNewState) {
  // No file of the next landing date touches this SKU's versions.
  damage("update dim_product set is_current = false where sku = 'VASE-04'");
  const Tables before = published();
  const std::set<fs::path> files = lake_files();
  land("2025-04-10");

  const Ended failed = program({"run", "--no-report"});

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
  EXPECT_EQ(lake_files(), files);

  // A rebuild mends what was damaged; then the run that failed goes through.
  EXPECT_EQ(program({"rebuild"}).status, 0);
  EXPECT_EQ(program({"run", "--no-report"}).status, 0);
  EXPECT_EQ(program({"check"}).status, 0);
}

TEST_F(Publication, StaysAsItWasForAReaderThatIsOpenWhileRunsPublish) {
  Session reader(file(), Access::read_only, {folder_ / "data"});
  const Tables before = tables(reader);

  land("2025-04-10");
  const Ended first = program({"run", "--no-report"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(changed(before, tables(reader)), testing::IsEmpty());
  land("2025-05-20");
  ASSERT_EQ(program({"run", "--no-report"}).status, 0);
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
      EXPECT_THAT(stopped.err, testing::AnyOf(testing::HasSubstr("is in use"),
                                              testing::HasSubstr("open for writing")))
          << stopped.err;
    }
  }
  EXPECT_EQ(text("select note from notes"), "kept");
  const Ended ended = program({"run", "--no-report"});
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

  const Ended ended = program({"run", "--no-report"});

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

  const Ended ended = program({"run", "--no-report"});

  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(fs::is_symlink(file()));
  EXPECT_EQ(text("select count(distinct landing_date) from loaded_files"), "2");
}

}  // namespace
}  // namespace cartograph::tests
