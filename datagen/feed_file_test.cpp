// Files of one feed by themselves: how much noise they take, and how they are written.
#include "datagen/feed_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error.hpp"

namespace cartograph::datagen {
namespace {

namespace fs = std::filesystem;

class FeedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("cartograph_feed_file_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    row_.return_id = "R1";
    row_.order_id = "O1";
    row_.line_number = 1;
    row_.quantity = 2;
    row_.returned_at = Day{20'000}.start_utc();
    row_.reason = "said \"no\", twice";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string content(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  fs::path folder_;
  contracts::Return row_;
};

TEST_F(FeedFileTest, UpToATenthOfNoiseNoFileHasOneBadRowInTen) {
  constexpr std::uint32_t kTenPercent = 100'000;
  FeedFile<contracts::Return> file(folder_, 3, kTenPercent, 2);
  FeedSummary before = file.summary();
  for (int index = 0; index < 300; ++index) {
    file.begin(index, static_cast<Format>(index % 3));
    for (int row = 0; row < index % 60; ++row) file.add(row_);
    file.finish(folder_, false);
    const FeedSummary& after = file.summary();
    const std::int64_t bad = after.rows_bad - before.rows_bad;
    const std::int64_t good = after.rows - before.rows + after.rows_resent - before.rows_resent;
    EXPECT_LE(bad * 10, good + bad) << "file " << index << ": " << good << " good, " << bad;
    before = after;
  }
  EXPECT_GT(before.rows_bad * 20, before.rows);
}

TEST_F(FeedFileTest, MoreNoiseIsNotHeldBack) {
  FeedFile<contracts::Return> file(folder_, 3, 1'000'000, 2);
  file.begin(0, Format::json_lines);
  for (int row = 0; row < 5; ++row) file.add(row_);
  EXPECT_EQ(file.summary().rows_bad, 5);
}

TEST_F(FeedFileTest, RowsAreWrittenInEachFormat) {
  FeedFile<contracts::Return> file(folder_, 1, 0, 2);
  for (const Format format : {Format::csv, Format::json, Format::json_lines}) {
    file.begin(0, format);
    file.add(row_);
    row_.reason.reset();
    file.add(row_);
    file.finish(folder_, false);
    row_.reason = "said \"no\", twice";
  }
  EXPECT_EQ(content("returns.csv"),
            "return_id,order_id,line_number,quantity,returned_at,reason\n"
            "R1,O1,1,2,2024-10-04T00:00:00Z,\"said \"\"no\"\", twice\"\n"
            "R1,O1,1,2,2024-10-04T00:00:00Z,\n");
  const std::string one = R"({"return_id":"R1","order_id":"O1","line_number":1,"quantity":2,)"
                          R"("returned_at":"2024-10-04T00:00:00Z","reason":)";
  const std::string said = R"("said \"no\", twice"})";
  EXPECT_EQ(content("returns.json"), "[\n" + one + said + ",\n" + one + "null}\n]\n");
  EXPECT_EQ(content("returns.jsonl"), one + said + "\n" + one + "null}\n");
}

TEST_F(FeedFileTest, WithoutRowsAFileIsWrittenOnlyWhereItIsWanted) {
  FeedFile<contracts::Return> file(folder_, 1, 0, 2);
  file.begin(0, Format::csv);
  file.finish(folder_, false);
  EXPECT_FALSE(fs::exists(folder_ / "returns.csv"));
  file.begin(1, Format::csv);
  file.finish(folder_, true);
  EXPECT_TRUE(fs::exists(folder_ / "returns.csv"));
}

TEST_F(FeedFileTest, AFileThatIsNotFinishedGoesOnTheNextDay) {
  FeedFile<contracts::Return> file(folder_, 1, 0, 2);
  file.begin(0, Format::json_lines);
  file.add(row_);
  file.begin(1, Format::csv);
  file.add(row_);
  file.finish(folder_, false);
  EXPECT_EQ(file.summary().files, 1);
  EXPECT_EQ(file.summary().rows, 2);
  EXPECT_TRUE(fs::exists(folder_ / "returns.jsonl"));
}

TEST_F(FeedFileTest, ALargeFileIsWholeAndLiesBesideNothing) {
  constexpr int kRows = 20'000;
  FeedFile<contracts::Return> file(folder_, 1, 0, 2);
  file.begin(0, Format::json_lines);
  for (int row = 0; row < kRows; ++row) file.add(row_);
  EXPECT_FALSE(fs::exists(folder_ / "returns.jsonl"));
  file.finish(folder_, false);
  const std::string text = content("returns.jsonl");
  const std::string line = text.substr(0, text.find('\n') + 1);
  std::string expected;
  for (int row = 0; row < kRows; ++row) expected += line;
  EXPECT_TRUE(text == expected);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FeedFileTest, WhatIsNeverFinishedLeavesNothing) {
  {
    FeedFile<contracts::Return> file(folder_, 1, 0, 2);
    file.begin(0, Format::csv);
    for (int row = 0; row < 20'000; ++row) file.add(row_);
    EXPECT_FALSE(fs::is_empty(folder_));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FeedFileTest, AFolderThatIsNotThereIsAnErrorThatNamesTheFile) {
  FeedFile<contracts::Return> file(folder_, 1, 0, 2);
  file.begin(0, Format::csv);
  try {
    file.finish(folder_ / "missing", true);
    FAIL() << "written";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("returns.csv"), std::string::npos);
  }
}

}  // namespace
}  // namespace cartograph::datagen
