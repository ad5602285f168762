// Comments, as DuckDB keeps them.
#include "warehouse/comments.hpp"

#include <gtest/gtest.h>

#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::warehouse {
namespace {

// What the statements of a writer were, beside an engine that has these comments.
class Recorder final : public Connection {
 public:
  explicit Recorder(std::vector<Row> stored) : stored_(std::move(stored)) {}
  std::int64_t execute(std::string_view sql) override {
    executed.emplace_back(sql);
    return 0;
  }
  std::vector<Column> for_each(std::string_view, const Parameters&,
                               const RowVisitor& visit) override {
    for (const Row& row : stored_) visit({}, row);
    return {};
  }
  void load(std::string_view, const std::vector<std::filesystem::path>&) override {}
  void interrupt() override {}
  void resume() override {}

  std::vector<std::string> executed;

 private:
  std::vector<Row> stored_;
};

TEST(Comments, AreWrittenWhereTheyDifferAndNowhereElse) {
  Recorder engine({{"a", "false", std::nullopt, "One row is an a."},
                   {"a", "false", "x", "An old sentence."},
                   {"v", "true", std::nullopt, std::nullopt},
                   {"theirs", "false", "x", "Somebody's own."}});
  write_comments(engine, "",
                 {{"a", "", "One row is an a."},
                  {"a", "x", "It's the x."},
                  {"v", "", "One row is a v."},
                  {"gone", "x", "Of a table that is not there."}});
  ASSERT_EQ(engine.executed.size(), 1u);
  EXPECT_EQ(engine.executed[0],
            "comment on column a.x is 'It''s the x.';\ncomment on view v is 'One row is a v.';\n");
}

TEST(Comments, OfWhichAllAreThereCostNoStatement) {
  Recorder engine({{"a", "false", "x", "The x."}});
  write_comments(engine, "", {{"a", "x", "The x."}});
  EXPECT_TRUE(engine.executed.empty());
}

TEST(Comments, OfTablesViewsAndColumnsAreThereAfterPrepare) {
  tests::TemporaryFolder folder;
  const auto warehouse = open("duckdb:" + (folder / "w.duckdb").string(), {folder.path(), 1});
  const auto writer = warehouse->writer();
  SchemaSpec spec{tests::staging_tables(), {}, {}, {}};
  spec.comments = {{"fct_orders", "", "One row is an order."},
                   {"fct_orders", "units", "How many."},
                   {"orphan_returns", "", "One row is a return."},
                   {"orphan_returns", "reason", "Why."},
                   {"stg_orders", "status", "How far."}};
  writer->prepare(spec);
  EXPECT_EQ(writer->query("select comment from duckdb_tables() where table_name = 'fct_orders'")
                .rows[0][0],
            "One row is an order.");
  EXPECT_EQ(writer->query("select comment from duckdb_views() where view_name = 'orphan_returns'")
                .rows[0][0],
            "One row is a return.");
  const Answer columns = writer->query(
      "select table_name, column_name, comment from duckdb_columns() "
      "where comment is not null order by 1, 2");
  EXPECT_EQ(columns.rows, (std::vector<Row>{{"fct_orders", "units", "How many."},
                                            {"orphan_returns", "reason", "Why."},
                                            {"stg_orders", "status", "How far."}}));
}

}  // namespace
}  // namespace cartograph::warehouse
