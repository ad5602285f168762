// Where statements end.
#include "warehouse/sql_text.hpp"

#include <gtest/gtest.h>

namespace cartograph::warehouse {
namespace {

using Statements = std::vector<std::string_view>;

TEST(SqlText, SemicolonsEndStatements) {
  EXPECT_EQ(statements("select 1; select 2;\n"), (Statements{"select 1", " select 2"}));
  EXPECT_EQ(statements("select 1;select 2"), (Statements{"select 1", "select 2"}));
}

TEST(SqlText, SemicolonsInsideOfTokensEndNothing) {
  for (const std::string_view sql :
       {"select ';'", "select 1 as \";\"", "select 1 -- no; end", "select /* ; */ 1",
        "create function f() returns int as $$ select 1; select 2; $$ language sql",
        "select 'it''s; one'"}) {
    EXPECT_EQ(statements(sql), Statements{sql});
  }
}

TEST(SqlText, AStatementHasTheCommentsBeforeItAndCommentsAloneAreNone) {
  EXPECT_EQ(statements("-- one;\nselect 1;\n-- the end;\n"), Statements{"-- one;\nselect 1"});
  EXPECT_EQ(statements(" ;; /* nothing */ ;\n"), Statements{});
}

}  // namespace
}  // namespace cartograph::warehouse
