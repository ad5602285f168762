// Files of descriptions.
#include "warehouse/descriptions.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

TEST(Descriptions, StandInTheOrderOfTheirFile) {
  const auto tables = parse_descriptions("warehouse/tables/facts.toml",
                                         "[z]\ngrain = \"a z\"\nkey = [\"b\", \"a\"]\n"
                                         "[z.columns]\nb = \"The b.\"\na = \"The a.\"\n"
                                         "[a]\ncolumns_of = \"z\"\n");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "z");
  EXPECT_EQ(tables[0].chapter, "facts");
  EXPECT_EQ(tables[0].grain, "a z");
  EXPECT_EQ(tables[0].key, (ColumnNames{"b", "a"}));
  ASSERT_EQ(tables[0].columns.size(), 2u);
  EXPECT_EQ(tables[0].columns[0].name, "b");
  EXPECT_EQ(tables[0].columns[1].about, "The a.");
  EXPECT_EQ(tables[1].columns_of, "z");
}

TEST(Descriptions, OfAWrongFileAreRefusedByFileAndLine) {
  const auto message = [](std::string_view text) {
    return tests::message_of<Error>([&] { parse_descriptions("t.toml", text); });
  };
  EXPECT_EQ(message("[a]\ngrains = \"an a\"\n"),
            "t.toml:2: a: grains is none of grain, key, columns_of and columns");
  EXPECT_EQ(message("[a]\ngrain = 7\n"), "t.toml:2: a: a text is expected, in quotes");
  EXPECT_EQ(message("[a.columns]\nb = \"\"\n"), "t.toml:2: a: a text is expected, in quotes");
  EXPECT_EQ(message("a = 1\n"), "t.toml:1: a: a table [NAME] is expected");
  EXPECT_TRUE(message("[a\n").starts_with("t.toml:1: ")) << message("[a\n");
}

}  // namespace
}  // namespace cartograph::warehouse
