// What engines share.
#include "warehouse/warehouse.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

TEST(WarehouseUrl, OfDuckdbOpensAFile) {
  const tests::TemporaryFolder folder;
  const auto warehouse = open("duckdb:" + (folder / "w.duckdb").string(), {folder.path(), 1});
  EXPECT_EQ(warehouse->description(), "duckdb:" + (folder / "w.duckdb").string());
  EXPECT_FALSE(warehouse->exists());
}

TEST(WarehouseUrl, OfAnyOtherKindIsWrongUsageAndShowsNoPassword) {
  for (const char* url : {"", "duckdb", "duckdb:", "sqlite:store", "data/warehouse.duckdb",
                          "mysql://ann:secret@db/store", "DUCKDB:x"}) {
    const std::string message = tests::message_of<UsageError>([&] { open(url, {}); });
    EXPECT_NE(message.find("duckdb:"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
  }
}

TEST(QuoteLiteral, DoublesQuotes) {
  EXPECT_EQ(quote_literal(""), "''");
  EXPECT_EQ(quote_literal("plain"), "'plain'");
  EXPECT_EQ(quote_literal("it's '"), "'it''s '''");
}

TEST(Answer, NumberIsTheFirstCellOrZero) {
  EXPECT_EQ(Answer{}.number(), 0);
  EXPECT_EQ((Answer{{}, {{}}}).number(), 0);
  EXPECT_EQ((Answer{{}, {{std::nullopt}}}).number(), 0);
  EXPECT_EQ((Answer{{}, {{"-42", "7"}, {"9"}}}).number(), -42);
}

}  // namespace
}  // namespace cartograph::warehouse
