// What decoding has seen and what grouping finds serve alike.
#include "ingestion/recurring_keys.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ingestion/staged_oddities.hpp"
#include "ingestion/staging.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::ingestion {
namespace {

using List = std::vector<std::string>;

constexpr Instant kBefore{0};

class RecurringKeys : public testing::Test {
 protected:
  RecurringKeys() { warehouse::create_tables(session_, staging_tables()); }

  void stage(std::string_view id, int line, std::string_view file, std::string_view hash,
             std::string_view ingested_at = "2025-03-10 00:00:00+00") {
    session_.execute(
        fmt::format("insert into stg_returns values ('{}', 'O1', 1, 1, now(), null, '{}', '{}', "
                    "{}, '{}', 'r')",
                    id, ingested_at, file, line, hash));
  }
  List recurring() {
    return tests::csv_lines(session_, "select feed, id from recurring_keys order by 1, 2");
  }
  List repeated() {
    return tests::csv_lines(session_,
                            "select key, source_file, first_line, last_line, rows, variants "
                            "from repeated_keys order by 1");
  }
  void load(const std::vector<SeenKeys>& seen) {
    load_recurring_keys(session_, kBefore, pending_, seen);
  }

  static constexpr std::string_view kOne = "00000000-0000-0000-0000-000000000001";
  static constexpr std::string_view kTwo = "00000000-0000-0000-0000-000000000002";

  tests::TemporaryFolder folder_;
  warehouse::duckdb::Session session_{"", warehouse::duckdb::Access::read_write, {}};
  Lake lake_{{folder_ / "data", 1}};
  PendingLake pending_{lake_, "run-1"};
};

TEST_F(RecurringKeys, GroupingFindsThoseOfTheRunAlone) {
  stage("R1", 2, "a", kOne, "2025-03-01 00:00:00+00");
  for (const int line : {2, 3}) stage("R1", line, "b", kOne);
  stage("R2", 4, "b", kOne);
  stage("R2", 2, "c", kTwo);
  stage("R3", 5, "b", kOne);
  find_recurring_keys(session_, kBefore);
  EXPECT_EQ(recurring(), (List{"feed,id", "returns,R1", "returns,R2"}));
}

TEST_F(RecurringKeys, WhatWasSeenIsLoadedAndWhatWasTooMuchIsGrouped) {
  for (const int line : {2, 3}) stage("R1", line, "b", kOne);
  load({{"customers", {"C1", "C2"}, false, false}, {"returns", {}, true, false}});
  EXPECT_EQ(recurring(), (List{"feed,id", "customers,C1", "customers,C2", "returns,R1"}));
  load({{"returns", {}, false, false}});
  EXPECT_EQ(recurring(), List{"feed,id"});
}

TEST_F(RecurringKeys, AKeyIsRepeatedWhereOneFileHasItWithOtherValues) {
  for (const int line : {2, 3}) stage("R1", line, "b", kOne);  // the same values
  stage("R2", 4, "b", kOne);
  stage("R2", 2, "c", kTwo);  // another file
  stage("R3", 5, "b", kOne);
  stage("R3", 7, "b", kTwo);
  stage("R3", 9, "b", kTwo);
  // Noted several times, and one without need.
  load({{"returns", {"R1", "R2", "R3", "R3", "R9"}, false, false}});
  find_staged_oddities(session_, kBefore);
  EXPECT_EQ(repeated(),
            (List{"key,source_file,first_line,last_line,rows,variants", "R3,b,5,9,3,2"}));
}

TEST_F(RecurringKeys, WhatTwoFilesEachHaveOnceIsNotRepeated) {
  stage("R1", 2, "b", kOne, "2025-03-10 00:00:00+00");
  stage("R1", 2, "c", kTwo, "2025-03-11 00:00:00+00");
  load({{"returns", {"R1"}, false, false}});
  find_staged_oddities(session_, kBefore);
  EXPECT_EQ(repeated().size(), 1U);  // the header
}

TEST_F(RecurringKeys, RewrittenIdsAreLookedForWhereAPlusWasSeen) {
  stage("4.50E+12", 2, "b", kOne);
  const auto found = [&](bool any_plus) {
    const std::vector<SeenKeys> seen{{"returns", {}, false, any_plus}};
    load(seen);
    find_staged_oddities(session_, kBefore, &seen);
    return session_.query("select count(*) from rewritten_ids").number();
  };
  EXPECT_EQ(found(false), 0);
  EXPECT_EQ(found(true), 1);
  find_staged_oddities(session_, kBefore);
  EXPECT_EQ(session_.query("select count(*) from rewritten_ids").number(), 1);
}

}  // namespace
}  // namespace cartograph::ingestion
