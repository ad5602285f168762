// The lake's files: where they lie, when they can be seen, and what a killed run leaves.
#include "ingestion/lake.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "tests/support.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

// Rows 1 to `rows` of one column, the greatest first.
class Countdown final : public RowSource {
 public:
  explicit Countdown(std::int64_t rows) : rows_(rows) {}
  const Schema& schema() const override { return schema_; }
  std::size_t max_cursors() const override { return 1; }
  std::unique_ptr<Cursor> cursor() override { return std::make_unique<DownCursor>(rows_); }

 private:
  struct DownCursor final : Cursor {
    explicit DownCursor(std::int64_t rows) : left(rows) {}
    bool next(RowBatch& batch) override {
      for (; left > 0 && !batch.full(); --left) {
        batch.set_number(0, left);
        batch.set_text(1, "landing/f.csv");
        batch.set_number(2, left);
        batch.add_row();
      }
      return batch.rows() > 0;
    }
    std::int64_t left;
  };

  Schema schema_{{"n", ColumnType::bigint},
                 {"source_file", ColumnType::text},
                 {"source_line", ColumnType::bigint}};
  std::int64_t rows_;
};

class LakeFolder : public testing::Test {
 protected:
  void write(PendingLake& pending, std::int64_t rows, std::string_view table = "stg_orders") {
    Countdown source(rows);
    pending.write(table, source);
  }
  // Paths below the data folder.
  std::vector<std::string> names(const std::vector<fs::path>& files) {
    std::vector<std::string> list;
    for (const fs::path& file : files) {
      list.push_back(fs::relative(file, folder_.path()).string());
    }
    return list;
  }
  std::int64_t rows_in(const std::vector<fs::path>& files) {
    warehouse::duckdb::Session session("", warehouse::duckdb::Access::read_write, {});
    std::int64_t rows = 0;
    for (const fs::path& file : files) {
      rows += session
                  .query(fmt::format("select count(*) from read_parquet({})",
                                     warehouse::quote_literal(file.string())))
                  .number();
    }
    return rows;
  }

  tests::TemporaryFolder folder_;
  Lake lake_{{folder_.path(), 1}};
};

TEST_F(LakeFolder, PendingFilesAreSeenByNoReaderOfTheLake) {
  PendingLake pending(lake_, "run-1");
  write(pending, 5);
  EXPECT_EQ(rows_in(pending.files("stg_orders")), 5);
  EXPECT_TRUE(lake_.files("stg_orders").empty());
}

TEST_F(LakeFolder, APublishedRunHasAFileATable) {
  PendingLake pending(lake_, "run-1");
  write(pending, 5);
  write(pending, 3, "loaded_files");
  pending.publish();
  EXPECT_EQ(names(lake_.files("stg_orders")),
            (std::vector<std::string>{"lake/stg_orders/run-1.parquet"}));
  EXPECT_EQ(names(lake_.files("loaded_files")),
            (std::vector<std::string>{"lake/loaded_files/run-1.parquet"}));
  EXPECT_EQ(rows_in(lake_.files("stg_orders")), 5);
  EXPECT_TRUE(lake_.files("stg_returns").empty());
  EXPECT_EQ(pending.files("stg_orders"), lake_.files("stg_orders"));
}

TEST_F(LakeFolder, FilesOfSeveralRunsLieBesideEachOtherInOrderOfPickup) {
  for (const char* run : {"run-1", "run-2"}) {
    PendingLake pending(lake_, run);
    write(pending, 4);
    pending.publish();
  }
  EXPECT_EQ(
      names(lake_.files("stg_orders")),
      (std::vector<std::string>{"lake/stg_orders/run-1.parquet", "lake/stg_orders/run-2.parquet"}));
  EXPECT_EQ(rows_in(lake_.files("stg_orders")), 8);
}

// As earlier programs laid them out.
TEST_F(LakeFolder, FilesInFoldersByLandingDateAreItsFilesToo) {
  PendingLake pending(lake_, "run-2");
  write(pending, 4);
  pending.publish();
  const fs::path folder = folder_ / "lake" / "stg_orders" / "landing_date=2025-03-10";
  fs::create_directories(folder);
  fs::copy(folder_ / "lake" / "stg_orders" / "run-2.parquet", folder / "run-1-1.parquet");
  EXPECT_EQ(rows_in(lake_.files("stg_orders")), 8);
}

TEST_F(LakeFolder, NoRowsMakeNoFile) {
  PendingLake pending(lake_, "run-1");
  write(pending, 0);
  EXPECT_TRUE(pending.files("stg_orders").empty());
  pending.publish();
  EXPECT_TRUE(lake_.files("stg_orders").empty());
}

TEST_F(LakeFolder, WhatIsNotPublishedGoesWithTheObject) {
  {
    PendingLake pending(lake_, "run-1");
    write(pending, 5);
  }
  EXPECT_TRUE(fs::is_empty(folder_ / "lake" / ".pending"));
  EXPECT_TRUE(lake_.files("stg_orders").empty());
}

TEST_F(LakeFolder, RowsAreSortedWhereThatIsAsked) {
  PendingLake pending(lake_, "run-1");
  Countdown source(3'000);
  pending.write("quarantine", source, "source_file, source_line");
  warehouse::duckdb::Session session("", warehouse::duckdb::Access::read_write, {});
  const auto files = pending.files("quarantine");
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(session
                .query(fmt::format("select count(*) from (select n, row_number() over () as place "
                                   "from read_parquet({})) r where n = place",
                                   warehouse::quote_literal(files[0].string())))
                .number(),
            3'000);
}

TEST_F(LakeFolder, RecoverMovesAPublishedRunsFilesAndRemovesTheOthers) {
  // As two killed runs leave them: one before, one after the warehouse had published.
  for (const char* run : {"run-1", "run-2"}) {
    PendingLake pending(lake_, run);
    write(pending, 5);
    fs::copy(folder_ / "lake" / ".pending" / run, folder_ / run, fs::copy_options::recursive);
  }
  for (const char* run : {"run-1", "run-2"}) {
    fs::copy(folder_ / run, folder_ / "lake" / ".pending" / run, fs::copy_options::recursive);
  }
  std::vector<std::string> asked;
  lake_.recover([&](const std::string& run_id) {
    asked.push_back(run_id);
    return run_id == "run-2";
  });
  std::sort(asked.begin(), asked.end());
  EXPECT_EQ(asked, (std::vector<std::string>{"run-1", "run-2"}));
  ASSERT_EQ(lake_.files("stg_orders").size(), 1u);
  EXPECT_NE(lake_.files("stg_orders")[0].string().find("run-2"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(folder_ / "lake" / ".pending"));
  lake_.recover([](const std::string&) -> bool { throw Error("asked about nothing"); });
}

TEST_F(LakeFolder, RecoverFinishesAMoveThatWasInterrupted) {
  {
    PendingLake pending(lake_, "run-1");
    write(pending, 5);
    write(pending, 2, "loaded_files");
    fs::copy(folder_ / "lake" / ".pending" / "run-1", folder_ / "saved",
             fs::copy_options::recursive);
    pending.publish();
  }
  fs::copy(folder_ / "saved", folder_ / "lake" / ".pending" / "run-1", fs::copy_options::recursive);
  fs::remove_all(folder_ / "lake" / "loaded_files");
  lake_.recover([](const std::string&) { return true; });
  EXPECT_EQ(rows_in(lake_.files("stg_orders")), 5);
  EXPECT_EQ(rows_in(lake_.files("loaded_files")), 2);
}

TEST_F(LakeFolder, FilesInTheirPlacesGoWithARunThatWasNotPublishedAndNoOthers) {
  for (const char* run : {"run-1", "run-2"}) {
    PendingLake pending(lake_, run);
    write(pending, 5);
    pending.place();
    pending.leave_for_recovery();
  }
  // Named like none of them.
  fs::copy(lake_.files("stg_orders")[0], folder_ / "lake" / "stg_orders" / "mine.parquet");
  lake_.recover([](const std::string& run_id) { return run_id == "run-2"; });
  EXPECT_EQ(
      names(lake_.files("stg_orders")),
      (std::vector<std::string>{"lake/stg_orders/mine.parquet", "lake/stg_orders/run-2.parquet"}));
  {
    PendingLake pending(lake_, "run-3");
    write(pending, 5);
    write(pending, 5, "stg_returns");
    pending.place();
    EXPECT_EQ(pending.files("stg_returns"), lake_.files("stg_returns"));
  }
  EXPECT_EQ(lake_.files("stg_orders").size(), 2u);
  EXPECT_FALSE(fs::exists(folder_ / "lake" / "stg_returns"));
  EXPECT_TRUE(fs::is_empty(folder_ / "lake" / ".pending"));
}

TEST_F(LakeFolder, FilesThatARunReplacesGoOnceItIsPublished) {
  for (const char* run : {"run-1", "run-2", "run-3", "run-4"}) {
    PendingLake pending(lake_, run);
    write(pending, 5);
    pending.place();
    if (std::string_view(run) > "run-2") {
      const auto replaced = lake_.files("stg_orders");
      fs::copy(replaced[0], pending.merged_file("stg_orders").place);
      pending.replace(replaced);
    }
    // run-3 is killed before it is published, run-4 after that.
    if (std::string_view(run) < "run-3") {
      pending.publish();
    } else {
      pending.leave_for_recovery();
    }
    if (std::string_view(run) == "run-3") {
      lake_.recover([](const std::string&) { return false; });
      EXPECT_EQ(lake_.files("stg_orders").size(), 2u);
    }
  }
  // Its replaced files were about to be removed: then nobody has to be asked, nor may know it.
  tests::write_file(folder_ / "lake" / ".pending" / "run-4" / "published", "");
  fs::remove(folder_ / "lake" / "stg_orders" / "run-1.parquet");
  lake_.recover([](const std::string&) -> bool { throw Error("asked"); });
  EXPECT_EQ(names(lake_.files("stg_orders")),
            (std::vector<std::string>{"lake/stg_orders/run-4-merged.parquet"}));
  EXPECT_TRUE(fs::is_empty(folder_ / "lake" / ".pending"));
}

TEST_F(LakeFolder, RecoverOfANewLakeDoesNothing) {
  lake_.recover([](const std::string&) { return true; });
  EXPECT_FALSE(fs::exists(folder_ / "lake" / ".pending"));
}

// Killed right after its warehouse was published, the first run has claimed the lake, no more.
TEST_F(LakeFolder, ThatWasClaimedIsNotGivenToAnotherWarehouse) {
  {
    Lake killed({folder_.path(), 1});
    killed.open("one", "duckdb:/one", true);
    killed.claim("one", "duckdb:/one");
  }
  for (const bool is_new : {true, false}) {
    Lake other({folder_.path(), 1});
    other.open("two", "duckdb:/two", is_new);
    EXPECT_EQ(other.root(), folder_ / "lake-two");
  }
  lake_.open("one", "duckdb:/one", false);
  EXPECT_EQ(lake_.root(), folder_ / "lake");
}

TEST_F(LakeFolder, OfAClaimThatWasNeverPublishedIsThatOfTheSameWarehousesNextRun) {
  {
    Lake killed({folder_.path(), 1});
    killed.open("one", "duckdb:/one", true);
    killed.claim("one", "duckdb:/one");
  }
  {
    Lake moved({folder_.path(), 1});
    moved.open("another", "duckdb:/one", false);
    EXPECT_EQ(moved.root(), folder_ / "lake-another") << "it has published elsewhere";
  }
  lake_.open("once more", "duckdb:/one", true);
  EXPECT_EQ(lake_.root(), folder_ / "lake");
  lake_.claim("once more", "duckdb:/one");
  EXPECT_EQ(lake_.owner(), "");
  PendingLake pending(lake_, "run-2");
  write(pending, 1);
  pending.publish();
  EXPECT_EQ(lake_.owner(), "once more");
}

TEST_F(LakeFolder, IsOwnedOnceARunThatClaimedItIsRecoveredAsPublished) {
  lake_.open("one", "duckdb:/one", true);
  lake_.claim("one", "duckdb:/one");
  PendingLake pending(lake_, "run-1");
  write(pending, 1);
  pending.leave_for_recovery();
  lake_.recover([](const std::string&) { return true; });
  EXPECT_EQ(lake_.owner(), "one");
  EXPECT_EQ(rows_in(lake_.files("stg_orders")), 1);
}

TEST_F(LakeFolder, ATableIsExportedAsCsvInOrderOfFileAndLine) {
  PendingLake pending(lake_, "run-1");
  write(pending, 3, "quarantine");
  pending.export_csv("quarantine", folder_ / "rejects" / "run-1.csv");
  EXPECT_EQ(tests::read_file(folder_ / "rejects" / "run-1.csv"),
            "n,source_file,source_line\n1,landing/f.csv,1\n2,landing/f.csv,2\n3,landing/f.csv,3\n");
}

TEST_F(LakeFolder, AFolderThatCannotBeWrittenIsNamed) {
  tests::write_file(folder_ / "lake", "a file in its place");
  const std::string message = tests::message_of<Error>([&] { PendingLake(lake_, "run-1"); });
  EXPECT_NE(message.find((folder_ / "lake").string()), std::string::npos) << message;
}

TEST_F(LakeFolder, AFailingSourceLeavesNoFile) {
  class Failing final : public RowSource {
   public:
    const Schema& schema() const override { return schema_; }
    std::size_t max_cursors() const override { return 1; }
    std::unique_ptr<Cursor> cursor() override {
      struct FailingCursor final : Cursor {
        bool next(RowBatch& batch) override {
          if (calls++ == 3) throw Error("the source broke");
          while (!batch.full()) {
            batch.set_number(0, 1);
            batch.add_row();
          }
          return true;
        }
        int calls = 0;
      };
      return std::make_unique<FailingCursor>();
    }

   private:
    Schema schema_{{"n", ColumnType::bigint}};
  };
  PendingLake pending(lake_, "run-1");
  Failing source;
  const std::string message =
      tests::message_of<Error>([&] { pending.write("stg_orders", source); });
  EXPECT_NE(message.find("the source broke"), std::string::npos) << message;
  EXPECT_TRUE(pending.files("stg_orders").empty());
}

}  // namespace
}  // namespace cartograph::ingestion
