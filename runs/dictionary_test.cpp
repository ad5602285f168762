// The dictionary has all that is in the schema, and nothing else.
#include "runs/dictionary.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "runs/table_texts.hpp"
#include "runs/tables.hpp"
#include "tests/support.hpp"

namespace cartograph::runs {
namespace {

class Dictionary : public testing::Test {
 protected:
  void SetUp() override { writer_->prepare(schema("UTC")); }

  tests::TemporaryFolder folder_;
  std::unique_ptr<warehouse::Warehouse> warehouse_ =
      warehouse::open("duckdb:" + (folder_ / "w.duckdb").string(), {folder_.path(), 1});
  std::unique_ptr<warehouse::Writer> writer_ = warehouse_->writer();
};

TEST_F(Dictionary, HasTypeAndSentenceOfEachColumn) {
  const std::string page = data_dictionary(*writer_);
  EXPECT_NE(page.find("\n### fct_revenue_daily\n\nOne row is a day from the first sale"),
            std::string::npos);
  EXPECT_NE(page.find("\n| `net_revenue` | numeric(18,2) | gross_revenue − discounts − refunds − "
                      "taxes, in the reporting currency. |\n"),
            std::string::npos);
  EXPECT_NE(page.find("\n| `status` | text | enum: created, paid, fulfilled, delivered, returned; "
                      "required | How far the order has come. |\n"),
            std::string::npos);
  EXPECT_NE(page.find("\n| `unique_fct_orders` | `fct_orders` | error | "), std::string::npos);
}

TEST_F(Dictionary, RefusesATableThatIsDescribedNowhere) {
  writer_->execute("create table fct_planets (name text)");
  const auto message = tests::message_of<Error>([&] { data_dictionary(*writer_); });
  EXPECT_TRUE(message.starts_with("the table fct_planets is described nowhere")) << message;
}

TEST_F(Dictionary, RefusesAColumnThatIsDescribedNowhere) {
  writer_->execute("alter table run_log add column planet text");
  const auto message = tests::message_of<Error>([&] { data_dictionary(*writer_); });
  EXPECT_TRUE(message.starts_with("the column run_log.planet is described nowhere")) << message;
}

TEST_F(Dictionary, RefusesADescriptionOfWhatIsNotThere) {
  writer_->execute("alter table run_log drop column error");
  const auto message = tests::message_of<Error>([&] { data_dictionary(*writer_); });
  EXPECT_TRUE(message.starts_with("run_log.error is described")) << message;
}

// A sentence begins with a capital letter, a name of a column or a bracket, and ends.
TEST(TableTexts, AreSentences) {
  for (const TableText& table : table_texts()) {
    EXPECT_FALSE(table.grain.empty()) << table.name;
    EXPECT_FALSE(table.grain.ends_with('.')) << table.name;
    for (const auto& column : table.columns) {
      EXPECT_TRUE(column.about.ends_with('.')) << table.name << '.' << column.name;
      EXPECT_EQ(column.about.find("  "), std::string::npos) << table.name << '.' << column.name;
    }
  }
}

TEST(TableTexts, NameKeysThatAreColumns) {
  for (const TableText& table : table_texts()) {
    EXPECT_FALSE(table.key.empty()) << table.name;
    for (const std::string& key : table.key) {
      EXPECT_TRUE(std::ranges::any_of(table.columns,
                                      [&](const auto& column) { return column.name == key; }))
          << table.name << '.' << key;
    }
  }
}

}  // namespace
}  // namespace cartograph::runs
