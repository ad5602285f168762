// Staging tables follow the contracts.
#include "ingestion/staging.hpp"

#include <gtest/gtest.h>

#include <string>

#include "contracts/feed.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::ingestion {
namespace {

class Staging : public testing::Test {
 protected:
  // "name TYPE nullable" of each column, in order.
  std::vector<std::string> columns(const std::string& table) {
    std::vector<std::string> list;
    for (const auto& row :
         session_
             .query("select column_name || ' ' || data_type || ' ' || is_nullable "
                    "from information_schema.columns where table_name = $1 "
                    "order by ordinal_position",
                    {table})
             .rows) {
      list.push_back(*row[0]);
    }
    return list;
  }

  warehouse::duckdb::Session session_{"", warehouse::duckdb::Access::read_write, {}};
};

TEST_F(Staging, TablesHaveTheFeedsColumnsAndTheLineage) {
  warehouse::create_tables(session_, staging_tables());
  EXPECT_EQ(
      columns("stg_order_items"),
      (std::vector<std::string>{"order_id VARCHAR NO", "line_number INTEGER NO", "sku VARCHAR NO",
                                "quantity INTEGER NO", "unit_price DECIMAL(18,2) NO",
                                "discount_amount DECIMAL(18,2) NO", "tax_amount DECIMAL(18,2) NO",
                                "ingested_at TIMESTAMP WITH TIME ZONE NO", "source_file VARCHAR NO",
                                "source_line BIGINT NO", "row_hash UUID NO", "run_id VARCHAR NO"}));
  EXPECT_EQ(columns("stg_customers")[1], "email VARCHAR YES");
  for (const contracts::Feed& feed : contracts::feeds()) {
    EXPECT_EQ(columns(feed.staging_table()).size(), feed.staging.size()) << feed.name;
  }
}

TEST_F(Staging, CreatingTwiceKeepsTheRows) {
  warehouse::create_tables(session_, staging_tables());
  session_.execute(
      "insert into stg_customers values ('C1', null, null, null, now(), now(), 'f', 1, uuid(), "
      "'r')");
  warehouse::create_tables(session_, staging_tables());
  EXPECT_EQ(session_.query("select count(*) from stg_customers").number(), 1);
}

TEST_F(Staging, AColumnThatAContractGainedIsAddedAsNull) {
  session_.execute(
      "create table stg_returns (return_id text, order_id text, line_number integer, "
      "quantity integer, returned_at timestamptz, ingested_at timestamptz, source_file text, "
      "source_line bigint, row_hash uuid, run_id text)");
  session_.execute(
      "insert into stg_returns values ('R', 'O', 1, 1, now(), now(), 'f', 1, uuid(), 'r')");
  warehouse::create_tables(session_, staging_tables());
  EXPECT_EQ(columns("stg_returns").back(), "reason VARCHAR YES");
  EXPECT_EQ(session_.query("select count(*) from stg_returns where reason is null").number(), 1);
}

TEST_F(Staging, ClearingEmptiesEveryTable) {
  warehouse::create_tables(session_, staging_tables());
  session_.execute(
      "insert into stg_customers values ('C1', null, null, null, now(), now(), 'f', 1, uuid(), "
      "'r');"
      "insert into stg_returns values ('R', 'O', 1, 1, now(), null, now(), 'f', 1, uuid(), 'r')");
  clear_staging_tables(session_);
  for (const contracts::Feed& feed : contracts::feeds()) {
    EXPECT_EQ(session_.query("select count(*) from " + feed.staging_table()).number(), 0);
  }
}

}  // namespace
}  // namespace cartograph::ingestion
