// From landed files to staging: which are new, and what becomes of their rows.
#include "ingestion/ingest.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ingestion/staging.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;
using List = std::vector<std::string>;

constexpr std::string_view kHeader = "return_id,order_id,line_number,quantity,returned_at,reason\n";

std::string returns(const std::vector<std::string>& ids) {
  std::string text(kHeader);
  for (const std::string_view id : ids) text += fmt::format("{},O1,1,1,2025-03-01,\n", id);
  return text;
}

class Ingestion : public testing::Test {
 protected:
  Ingestion() {
    fs::create_directories(landing());
    warehouse::create_tables(session_, staging_tables());
    session_.execute(
        "create table loaded_files (source_file text, ingested_at timestamptz, checksum text, "
        "feed text, landing_date date, bytes bigint, rows_read bigint, rows_staged bigint, "
        "rows_quarantined bigint, run_id text);"
        "create table quarantine (run_id text, source_file text, source_line bigint, feed text, "
        "reasons text, raw_row text, ingested_at timestamptz)");
  }

  fs::path landing() const { return folder_ / "landing"; }
  void land(const std::string& source_file, std::string_view content) {
    tests::write_file(landing() / source_file, content);
  }
  std::vector<Delivery> find() {
    return find_new_deliveries(list_landing(landing()), session_, fingerprints_, [](auto, auto) {});
  }
  // Loads what is new; the paths of it, in order of pickup.
  List load() {
    const std::string run_id = fmt::format("run-{}", ++runs_);
    auto deliveries = find();
    Lake lake({folder_ / "data", 1});
    RejectSpool rejects(folder_ / "data" / "tmp", run_id);
    PendingLake pending(lake, run_id);
    decode(deliveries, {{}, run_id, 2, folder_ / "data" / "tmp"}, rejects, pending,
           [](auto, auto) {});
    load_staging(session_, [&](std::string_view table) { return pending.files(table); });
    pending.publish();
    List paths;
    for (const Delivery& delivery : deliveries) paths.push_back(delivery.file.source_file);
    deliveries_ = std::move(deliveries);
    return paths;
  }
  // How many landed files this process has mapped into memory.
  std::size_t mapped_files() {
    std::ifstream maps("/proc/self/maps");
    std::size_t count = 0;
    for (std::string line; std::getline(maps, line);) {
      count += line.find(landing().string()) != std::string::npos ? 1U : 0U;
    }
    return count;
  }
  List lines(std::string_view sql) { return tests::csv_lines(session_, sql); }

  tests::TemporaryFolder folder_;
  FingerprintCache fingerprints_{folder_ / "fingerprints"};
  warehouse::duckdb::Session session_{"", warehouse::duckdb::Access::read_write, {}};
  std::vector<Delivery> deliveries_;
  int runs_ = 0;
};

TEST_F(Ingestion, TheSameContentAtTheSamePathIsNotPickedUpAgain) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  EXPECT_EQ(load(), (List{"2025-03-10/returns.csv"}));
  EXPECT_TRUE(find().empty());
}

TEST_F(Ingestion, OtherContentAtTheSamePathIsANewDelivery) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  load();
  land("2025-03-10/returns.csv", returns({"R1", "R2"}));
  EXPECT_EQ(load(), (List{"2025-03-10/returns.csv"}));
  EXPECT_EQ(session_.query("select count(*) from stg_returns").number(), 3);
  EXPECT_EQ(session_.query("select count(*) from loaded_files").number(), 2);
}

TEST_F(Ingestion, ContentIsHeldAgainstThePathsLatestDeliveryOnly) {
  const std::string a = returns({"R1"});
  const std::string b = returns({"R2"});
  for (const std::string& content : {a, b, a}) {
    land("2025-03-10/returns.csv", content);
    EXPECT_EQ(load(), (List{"2025-03-10/returns.csv"}));
  }
  EXPECT_TRUE(find().empty());
  EXPECT_EQ(session_.query("select count(*) from loaded_files").number(), 3);
}

TEST_F(Ingestion, KnownContentAtANewPathIsANewDelivery) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  load();
  land("2025-03-10/returns_b.csv", returns({"R1"}));
  land("2025-03-11/returns.csv", returns({"R1"}));
  EXPECT_EQ(load(), (List{"2025-03-10/returns_b.csv", "2025-03-11/returns.csv"}));
}

TEST_F(Ingestion, TheChecksumIsOfTheBytesAsTheyLie) {
  land("2025-03-10/returns.csv.gz", tests::gzip(returns({"R1"})));
  load();
  // The same rows packed as two members are other bytes.
  land("2025-03-10/returns.csv.gz", tests::gzip(returns({"R1"})) + tests::gzip(""));
  EXPECT_EQ(load().size(), 1u);
}

TEST_F(Ingestion, IngestedAtIncreasesStrictlyInOrderOfPickup) {
  for (int i = 0; i < 50; ++i) land(fmt::format("2025-03-10/returns_{:02}.csv", i), returns({"R"}));
  land("2025-03-09/returns.csv", returns({"R"}));
  const auto found = find();
  ASSERT_EQ(found.size(), 51u);
  EXPECT_EQ(found[0].file.source_file, "2025-03-09/returns.csv");
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_LT(found[i - 1].ingested_at, found[i].ingested_at);
    EXPECT_LT(found[i - 1].file.source_file, found[i].file.source_file);
  }
}

TEST_F(Ingestion, IngestedAtIncreasesAcrossRunsEvenIfTheClockGoesBack) {
  session_.execute(
      "insert into loaded_files values ('2025-03-09/returns.csv', "
      "timestamptz '2090-01-02 03:04:05.678901+00', 'x', 'returns', date '2025-03-09', 1, 1, 1, 0, "
      "'r'), ('2025-03-08/returns.csv', timestamptz '2025-01-01 00:00:00+00', 'y', 'returns', "
      "date '2025-03-08', 1, 1, 1, 0, 'r')");
  land("2025-03-10/returns.csv", returns({"R1"}));
  land("2025-03-10/returns_b.csv", returns({"R1"}));
  const auto found = find();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(to_string(found[0].ingested_at), "2090-01-02T03:04:05.678902Z");
  EXPECT_EQ(to_string(found[1].ingested_at), "2090-01-02T03:04:05.678903Z");
}

TEST_F(Ingestion, LookingForNewFilesReportsItsProgress) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  land("2025-03-10/returns_b.csv", returns({"R1"}));
  List calls;
  find_new_deliveries(list_landing(landing()), session_, fingerprints_,
                      [&](std::int64_t done, std::int64_t all) {
                        calls.push_back(fmt::format("{}/{}", done, all));
                      });
  EXPECT_EQ(calls, (List{"1/2", "2/2"}));
}

TEST_F(Ingestion, DecodingTellsOfBytesAsTheyLanded) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5000; ++i) ids.push_back(fmt::format("R{}", i));
  land("2025-03-10/returns.csv.gz", tests::gzip(returns(ids)));
  land("2025-03-10/returns_b.csv", returns(ids));
  auto deliveries = find();
  const std::int64_t landed = deliveries[0].fingerprint.bytes + deliveries[1].fingerprint.bytes;
  const Lake lake({folder_ / "data", 1});
  RejectSpool rejects(folder_ / "data" / "tmp", "run-1");
  PendingLake pending(lake, "run-1");
  std::atomic<std::int64_t> latest = 0;
  decode(deliveries, {{}, "run-1", 1, folder_ / "data" / "tmp"}, rejects, pending,
         [&](std::int64_t done, std::int64_t all) {
           EXPECT_EQ(all, landed);
           latest = done;
         });
  EXPECT_LE(latest, landed);
  EXPECT_GT(latest, landed * 9 / 10);
}

TEST_F(Ingestion, IsStoppedBetweenFilesAndBetweenBlocks) {
  std::vector<std::string> ids;
  for (int i = 0; i < 400'000; ++i) ids.push_back(fmt::format("R{}", i));
  land("2025-03-10/returns.csv", returns(ids));
  auto deliveries = find();
  const Lake lake({folder_ / "data", 1});
  RejectSpool rejects(folder_ / "data" / "tmp", "run-1");
  PendingLake pending(lake, "run-1");
  std::stop_source stop;
  std::atomic<int> blocks = 0;
  EXPECT_THROW(decode(deliveries, {{}, "run-1", 1, folder_ / "data" / "tmp", stop.get_token()},
                      rejects, pending,
                      [&](auto, auto) {
                        ++blocks;
                        stop.request_stop();
                      }),
               Stopped);
  EXPECT_EQ(blocks, 1);
  EXPECT_TRUE(pending.files("loaded_files").empty());
  EXPECT_THROW(
      find_new_deliveries(
          list_landing(landing()), session_, fingerprints_, [](auto, auto) {}, stop.get_token()),
      Stopped);
}

TEST_F(Ingestion, AFileThatCannotBeReadEndsItWithItsName) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  const Listing listing = list_landing(landing());
  fs::remove(landing() / "2025-03-10" / "returns.csv");
  const std::string message = tests::message_of<Error>(
      [&] { find_new_deliveries(listing, session_, fingerprints_, [](auto, auto) {}); });
  EXPECT_NE(message.find("2025-03-10/returns.csv"), std::string::npos) << message;
}

TEST_F(Ingestion, ABadGzipEndsItWithItsName) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  land("2025-03-10/returns_b.csv.gz", tests::gzip(returns({"R2"})) + "garbage");
  const std::string message = tests::message_of<Error>([&] { load(); });
  EXPECT_NE(message.find("2025-03-10/returns_b.csv.gz"), std::string::npos) << message;
  EXPECT_EQ(session_.query("select count(*) from stg_returns").number(), 0);
}

TEST_F(Ingestion, GoodRowsAreStagedAndBadOnesQuarantined) {
  land("2025-03-10/returns.csv",
       returns({"R1"}) + "R2,O1,0,x,2025-03-01,\n\"open\n" + "R3,O1,1,1,2025-03-01,\n");
  land("2025-03-10/returns_b.jsonl",
       "[]\n{\"return_id\":\"R4\",\"order_id\":\"O\",\"line_number\":1,"
       "\"quantity\":1,\"returned_at\":\"2025-03-01\"}");
  load();
  EXPECT_EQ(lines("select source_file, source_line, return_id, run_id from stg_returns"),
            (List{"source_file,source_line,return_id,run_id", "2025-03-10/returns.csv,2,R1,run-1",
                  "2025-03-10/returns_b.jsonl,2,R4,run-1"}));
  EXPECT_EQ(
      lines("select run_id, source_file, source_line, feed, reasons, raw_row from quarantine"),
      (List{"run_id,source_file,source_line,feed,reasons,raw_row",
            "run-1,2025-03-10/returns.csv,3,returns,line_number: out of range; "
            "quantity: not an integer,\"R2,O1,0,x,2025-03-01,\"",
            "run-1,2025-03-10/returns.csv,4,returns,row: unterminated quote,"
            "\"\"\"open\nR3,O1,1,1,2025-03-01,\n\"",
            "run-1,2025-03-10/returns_b.jsonl,1,returns,row: not a JSON object,[]"}));
  EXPECT_EQ(
      lines("select source_file, feed, landing_date, rows_read, rows_staged, rows_quarantined, "
            "run_id from loaded_files"),
      (List{"source_file,feed,landing_date,rows_read,rows_staged,rows_quarantined,run_id",
            "2025-03-10/returns.csv,returns,2025-03-10,3,1,2,run-1",
            "2025-03-10/returns_b.jsonl,returns,2025-03-10,2,1,1,run-1"}));
  EXPECT_EQ(session_
                .query("select count(*) from loaded_files l join stg_returns s "
                       "on s.source_file = l.source_file and s.ingested_at = l.ingested_at")
                .number(),
            2);
  EXPECT_EQ(session_
                .query("select count(*) from loaded_files l join quarantine q "
                       "on q.source_file = l.source_file and q.ingested_at = l.ingested_at")
                .number(),
            3);
}

TEST_F(Ingestion, WhatIsFoundOutAboutADeliveryIsWrittenIntoIt) {
  land("2025-03-10/customers.csv", "customer_id,mood\n1,fine\n");
  land("2025-03-10/returns.csv", "mood," + returns({}) + "ok,R1,O1,1,1,2025-03-01,\n");
  land("2025-03-10/returns_b.csv", returns({}));
  load();
  ASSERT_EQ(deliveries_.size(), 3u);
  EXPECT_EQ(deliveries_[0].rejected_whole,
            "email: column missing; full_name: column missing; country: column missing; "
            "signup_at: column missing");
  EXPECT_EQ(deliveries_[0].rows_read, 1);
  EXPECT_EQ(deliveries_[0].rows_staged(), 0);
  EXPECT_EQ(deliveries_[0].rows_quarantined, 1);
  EXPECT_EQ(deliveries_[1].unknown_columns, (std::set<std::string>{"mood"}));
  EXPECT_EQ(deliveries_[1].rows_staged(), 1);
  EXPECT_EQ(deliveries_[2].rows_read, 0);
  EXPECT_EQ(lines("select source_line, reasons, raw_row from quarantine"),
            (List{"source_line,reasons,raw_row",
                  "1," + deliveries_[0].rejected_whole + ",\"customer_id,mood\""}));
}

TEST_F(Ingestion, ManyFilesOfOneFeedAndDayKeepTheirOwnLineage) {
  for (int file = 0; file < 5; ++file) {
    std::string content(kHeader);
    for (int i = 0; i < 9'000; ++i) {
      content += fmt::format("F{}-{},O1,1,{},2025-03-01,\n", file, i, i % 10 == 9 ? 0 : 1);
    }
    land(fmt::format("2025-03-10/returns_{}.csv", file), content);
  }
  load();
  EXPECT_EQ(session_.query("select count(*) from stg_returns").number(), 5 * 8'100);
  EXPECT_EQ(session_.query("select count(*) from quarantine").number(), 5 * 900);
  EXPECT_EQ(session_
                .query("select count(*) from stg_returns s join loaded_files l "
                       "on l.source_file = s.source_file and l.ingested_at = s.ingested_at "
                       "where '2025-03-10/returns_' || substr(s.return_id, 2, 1) || '.csv' "
                       "= s.source_file and cast(substr(s.return_id, 4) as integer) + 2 "
                       "= s.source_line")
                .number(),
            5 * 8'100);
  EXPECT_EQ(session_
                .query("select count(*) from loaded_files where rows_read = 9000 "
                       "and rows_staged = 8100 and rows_quarantined = 900")
                .number(),
            5);
}

TEST_F(Ingestion, EveryColumnTypeArrivesAsItWasRead) {
  land("2025-03-10/products.csv",
       "sku,product_name,category,list_price,reorder_point,updated_at\n"
       "S1,\"Vase \"\"Lina\"\", é\",,999999.99,,1970-01-01T00:00:00.000001Z\n"
       "S2,N,C,0,10000000,2100-12-31T23:59:59.999999-02:00\n");
  load();
  EXPECT_EQ(lines("select sku, product_name, category, list_price, reorder_point, updated_at, "
                  "source_line from stg_products"),
            (List{"sku,product_name,category,list_price,reorder_point,updated_at,source_line",
                  "S1,\"Vase \"\"Lina\"\", é\",,999999.99,0,1970-01-01T00:00:00.000001Z,2",
                  "S2,N,C,0.00,10000000,2101-01-01T01:59:59.999999Z,3"}));
}

TEST_F(Ingestion, RowHashIsEqualAcrossFormatsColumnOrderAndSpacingOnly) {
  land("2025-03-10/returns_a.csv", returns({"R1", "R2"}));
  land("2025-03-10/returns_b.csv",
       "reason,RETURNED_AT,quantity,line_number,order_id,return_id\r\n"
       ",2025-03-01T00:00:00Z, 1,01,O1,\"R1\"\r\n");
  land("2025-03-10/returns_c.jsonl",
       "{\"quantity\":1,\"order_id\":\"O1\",\"line_number\":\"1\","
       "\"return_id\":\"\\u00521\",\"returned_at\":\"2025-03-01\"}");
  load();
  EXPECT_EQ(session_.query("select count(distinct row_hash) from stg_returns").number(), 2);
  EXPECT_EQ(
      session_.query("select count(distinct row_hash) from stg_returns where return_id = 'R1'")
          .number(),
      1);
}

TEST_F(Ingestion, ARunHasAFileAFeedInTheLake) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  land("2025-03-11/returns.csv", returns({"R2", "R3"}));
  load();
  const Lake lake({folder_ / "data", 1});
  EXPECT_EQ(lake.files("stg_returns"),
            (std::vector<fs::path>{folder_ / "data" / "lake" / "stg_returns" / "run-1.parquet"}));
  EXPECT_EQ(lake.files("loaded_files").size(), 1u);
  EXPECT_TRUE(lake.files("quarantine").empty());
}

TEST_F(Ingestion, ManyFilesOfAFeedKeepFewOpen) {
  std::size_t open_max = 0;
  for (int i = 0; i < 400; ++i) {
    land(fmt::format("2025-03-{:02}/returns_{:03}.csv", 1 + i % 28, i),
         i % 3 == 0 ? returns({}) : returns({fmt::format("R{}", i)}));
  }
  auto deliveries = find();
  const Lake lake({folder_ / "data", 1});
  RejectSpool rejects(folder_ / "data" / "tmp", "run-1");
  PendingLake pending(lake, "run-1");
  std::mutex mutex;
  decode(deliveries, {{}, "run-1", 2, folder_ / "data" / "tmp"}, rejects, pending, [&](auto, auto) {
    const std::lock_guard lock(mutex);
    open_max = std::max(open_max, mapped_files());
  });
  EXPECT_GT(open_max, 0u);
  EXPECT_LT(open_max, 40u);
  std::int64_t staged = 0;
  for (const Delivery& delivery : deliveries) staged += delivery.rows_staged();
  EXPECT_EQ(staged, 266);
}

TEST_F(Ingestion, StagingCanBeBuiltAgainFromTheLake) {
  land("2025-03-10/returns.csv", returns({"R1"}) + "bad\n");
  load();
  land("2025-03-11/returns.csv", returns({"R2"}));
  load();
  const List tables{"stg_returns", "quarantine", "loaded_files"};
  std::vector<List> before;
  for (const auto& table : tables) before.push_back(lines("select * from " + table));
  clear_staging_tables(session_);
  session_.execute("delete from quarantine; delete from loaded_files");
  const Lake lake({folder_ / "data", 1});
  load_staging(session_, [&](std::string_view table) { return lake.files(table); });
  for (std::size_t i = 0; i < tables.size(); ++i) {
    EXPECT_EQ(lines("select * from " + tables[i]), before[i]) << tables[i];
  }
}

TEST_F(Ingestion, AFileThatGrowsWhileItIsReadEndsItWithItsName) {
  land("2025-03-10/returns.csv", returns({"R1"}));
  auto deliveries = find();
  const Lake lake({folder_ / "data", 1});
  RejectSpool rejects(folder_ / "data" / "tmp", "run-1");
  PendingLake pending(lake, "run-1");
  const std::string message = tests::message_of<Error>([&] {
    decode(deliveries, {{}, "run-1", 1, folder_ / "data" / "tmp"}, rejects, pending,
           [&](auto, auto) {
             std::ofstream(landing() / "2025-03-10/returns.csv", std::ios::app)
                 << "R2,O1,1,1,2025-03-01,\n";
           });
  });
  EXPECT_NE(message.find("2025-03-10/returns.csv"), std::string::npos) << message;
}

}  // namespace
}  // namespace cartograph::ingestion
