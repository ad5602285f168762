// What is counted of which rows, over all staging tables.
#include "ingestion/staged_counts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "contracts/feed.hpp"
#include "ingestion/staging.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::ingestion {
namespace {

using List = std::vector<std::string>;

class StagedCounts : public testing::Test {
 protected:
  StagedCounts() {
    warehouse::create_tables(session_, staging_tables());
    session_.execute(
        "insert into stg_products values "
        "('A', 'a', null, 1, 0, now(), timestamptz '2025-03-01 00:00:00+00', 'f', 2, uuid(), 'r1'),"
        "('B', 'b', 'x', 1, 0, now(), timestamptz '2025-03-02 00:00:00+00', 'g', 2, uuid(), 'r2'),"
        "('C', 'c', null, 1, 0, now(), timestamptz '2025-03-02 00:00:00+00', 'g', 3, uuid(), 'r2'),"
        "('D', 'd', null, 1, 0, now(), timestamptz '2025-03-03 00:00:00+00', 'h', 2, uuid(), "
        "'r2')");
  }
  // `day` of March 2025, or before everything.
  List after(int day) {
    constexpr std::int64_t kMarch = 1'740'787'200'000'000;
    constexpr std::int64_t kDay = 86'400'000'000;
    count_staged(session_, Instant{day == 0 ? 0 : kMarch + (day - 1) * kDay});
    return tests::csv_lines(session_,
                            "select run_id, cast(ingested_at as text) like '%-02%' as second, "
                            "column_name, rows, nulls from staged_counts "
                            "where table_name = 'stg_products'");
  }

  warehouse::duckdb::Session session_{"", warehouse::duckdb::Access::read_write, {}};
};

TEST_F(StagedCounts, AreOfEachFileAndOfItsNullableColumns) {
  EXPECT_EQ(after(1), (List{"run_id,second,column_name,rows,nulls", "r2,false,,1,0",
                            "r2,false,category,1,1", "r2,true,,2,0", "r2,true,category,2,1"}));
  EXPECT_EQ(after(3).size(), 1u) << "nothing is newer";
}

TEST_F(StagedCounts, CoverEveryFeedAndExactlyTheColumnsThatItsContractLetsBeNull) {
  std::vector<std::string> expected;
  for (const contracts::Feed& feed : contracts::feeds()) {
    std::string values;
    expected.push_back(feed.staging_table() + ",");
    for (const ColumnSpec& column : feed.staging) {
      const bool is_text = column.type == ColumnType::text;
      const char* value = column.nullable                        ? "null"
                          : is_text                              ? "'x'"
                          : column.type == ColumnType::timestamp ? "now()"
                          : column.type == ColumnType::hash      ? "uuid()"
                                                                 : "1";
      values += (values.empty() ? "" : ", ") + std::string(value);
      if (column.nullable) expected.push_back(feed.staging_table() + "," + column.name);
    }
    session_.execute("delete from " + feed.staging_table() + "; insert into " +
                     feed.staging_table() + " values (" + values + ")");
  }
  std::sort(expected.begin(), expected.end());
  expected.insert(expected.begin(), "table_name,column_name");
  after(0);
  EXPECT_EQ(tests::csv_lines(session_, "select table_name, column_name from staged_counts"),
            expected);
  EXPECT_EQ(session_
                .query("select count(*) from staged_counts where nulls <> "
                       "case when column_name is null then 0 else 1 end")
                .number(),
            0);
}

}  // namespace
}  // namespace cartograph::ingestion
