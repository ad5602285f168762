// Small stores, read back as text.
#include "datagen/generate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace cartograph::datagen {
namespace {

namespace fs = std::filesystem;

// A folder that is gone when the test is over.
class GenerateTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / (std::string("cartograph_generate_") + test->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  StoreOptions options(const std::string& folder) const {
    StoreOptions options;
    options.out = root_ / folder;
    options.days = 45;
    options.orders = 900;
    options.seed = 7;
    return options;
  }

  fs::path root_;
};

using Files = std::map<std::string, std::string>;  // contents by path below the folder

Files read_files(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    files[entry.path().lexically_relative(folder).generic_string()] = content.str();
  }
  return files;
}

// FNV-1a, 64 bits.
std::uint64_t checksum(const Files& files) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  };
  for (const auto& [path, content] : files) {
    add(path);
    add(content);
  }
  return hash;
}

void drop_end(std::string& text, std::string_view end) {
  if (text.ends_with(end)) text.resize(text.size() - end.size());
}

// The lines without what a file's style adds to each.
std::vector<std::string> plain_lines(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    drop_end(line, "\r");
    drop_end(line, ",exported_by");
    drop_end(line, ",nightly");
    drop_end(line, ",");  // between the elements of an array
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

TEST_F(GenerateTest, EqualOptionsGiveEqualBytes) {
  auto noisy = options("a");
  noisy.noise = 0.05;
  generate(noisy);
  noisy.out = root_ / "b";
  generate(noisy);
  EXPECT_EQ(read_files(root_ / "a"), read_files(root_ / "b"));
}

TEST_F(GenerateTest, TheBytesAreTheSameOnEveryMachine) {
  auto noisy = options("store");
  noisy.noise = 0.05;
  generate(noisy);
  EXPECT_EQ(checksum(read_files(noisy.out)), 14445588981721268000U)
      << "whoever changes what is fabricated sets the new checksum here";
}

TEST_F(GenerateTest, AnotherSeedGivesAnotherStore) {
  auto other = options("b");
  other.seed = 8;
  generate(options("a"));
  generate(other);
  EXPECT_NE(checksum(read_files(root_ / "a")), checksum(read_files(root_ / "b")));
}

TEST_F(GenerateTest, NoiseAddsToTheGoodRowsAndChangesNoneOfThem) {
  auto noisy = options("noisy");
  noisy.noise = 0.4;
  const StoreSummary clean_summary = generate(options("clean"));
  const StoreSummary noisy_summary = generate(noisy);
  const Files clean = read_files(root_ / "clean");
  const Files with_noise = read_files(noisy.out);
  ASSERT_EQ(clean.size(), with_noise.size());
  for (const auto& [path, content] : clean) {
    ASSERT_TRUE(with_noise.contains(path)) << path;
    const auto all = plain_lines(with_noise.at(path));
    auto at = all.begin();
    for (const std::string& line : plain_lines(content)) {
      at = std::find(at, all.end(), line);
      ASSERT_NE(at, all.end()) << path << ": " << line;
      ++at;
    }
  }
  for (std::size_t i = 0; i < clean_summary.feeds.size(); ++i) {
    EXPECT_EQ(clean_summary.feeds[i].rows, noisy_summary.feeds[i].rows);
    EXPECT_EQ(clean_summary.feeds[i].rows_bad, 0);
    EXPECT_GT(noisy_summary.feeds[i].rows_bad, 0);
  }
}

TEST_F(GenerateTest, NoiseMakesEveryKindOfBadRow) {
  auto noisy = options("store");
  noisy.noise = 0.5;
  std::set<std::string> kinds;
  for (const FeedSummary& feed : generate(noisy).feeds) {
    for (const auto& [kind, rows] : feed.rows_bad_by_kind) kinds.insert(kind);
  }
  const std::set<std::string> wanted{
      "required",        "not an integer", "not a decimal",      "more than 2 decimal places",
      "not a timestamp", "not one of",     "not an email",       "not a currency",
      "not a country",   "too long",       "control character",  "out of range",
      "expected",        "required when",  "set although",       "before",
      "above",           "two at once",    "unterminated quote", "misplaced quote",
      "not UTF-8",       "field count",    "not a JSON object"};
  EXPECT_EQ(kinds, wanted);
}

TEST_F(GenerateTest, DaysAndOrdersAreWhatWasAskedFor) {
  auto wanted = options("store");
  wanted.days = 20;
  wanted.start = *day_of(2024, 2, 20);
  generate(wanted);
  std::set<std::string> dates;
  std::set<std::string> orders;
  for (const auto& [path, content] : read_files(wanted.out)) {
    dates.insert(path.substr(0, 10));
    if (path.substr(10) != "/orders.csv") continue;
    auto lines = plain_lines(content);
    for (std::size_t i = 1; i < lines.size(); ++i) orders.insert(split(lines[i])[0]);
  }
  EXPECT_EQ(dates.size(), 20U);
  EXPECT_EQ(*dates.begin(), "2024-02-20");
  EXPECT_EQ(*dates.rbegin(), "2024-03-10");
  EXPECT_EQ(orders.size(), 900U);
}

TEST_F(GenerateTest, OrdersOnlyMoveForwardFromOneLandingDateToTheNext) {
  generate(options("store"));
  const std::vector<std::string> states{"created", "paid", "fulfilled", "delivered", "returned"};
  std::map<std::string, std::ptrdiff_t> reached;
  std::set<std::string> seen;
  bool advanced = false;
  for (const auto& [path, content] : read_files(root_ / "store")) {
    if (path.substr(10) != "/orders.csv") continue;
    const auto lines = plain_lines(content);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto fields = split(lines[i]);
      const auto state = std::find(states.begin(), states.end(), fields[2]) - states.begin();
      ASSERT_LT(state, 5) << lines[i];
      seen.insert(fields[2]);
      const auto [order, is_new] = reached.try_emplace(fields[0], state);
      EXPECT_GE(state, order->second) << lines[i];
      advanced |= !is_new && state > order->second;
      order->second = state;
    }
  }
  EXPECT_TRUE(advanced);
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(GenerateTest, TheSmallestStoreIsPossible) {
  auto smallest = options("store");
  smallest.days = 1;
  smallest.orders = 1;
  smallest.noise = 1;
  std::int64_t days_written = 0;
  generate(smallest, [&](std::int64_t done, std::int64_t) { days_written = done; });
  EXPECT_EQ(days_written, 1);
}

TEST_F(GenerateTest, WhatCannotBeIsRefusedAndNothingWritten) {
  const auto refused = [&](auto change, const std::string& words) {
    auto wrong = options("store");
    change(wrong);
    try {
      generate(wrong);
      ADD_FAILURE() << "not refused: " << words;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
    EXPECT_FALSE(fs::exists(root_ / "store"));
  };
  refused([](StoreOptions& wrong) { wrong.days = 0; }, "--days");
  refused([](StoreOptions& wrong) { wrong.orders = 0; }, "--orders");
  refused([](StoreOptions& wrong) { wrong.noise = 1.5; }, "--noise");
  refused([](StoreOptions& wrong) { wrong.noise = -0.1; }, "--noise");
  refused([](StoreOptions& wrong) { wrong.start = *day_of(2100, 12, 1); }, "--start");
  refused([](StoreOptions& wrong) { wrong.out.clear(); }, "--out");
}

TEST_F(GenerateTest, AFolderThatHoldsSomethingIsNamedAndLeftAlone) {
  generate(options("store"));
  const Files before = read_files(root_ / "store");
  try {
    generate(options("store"));
    FAIL() << "not refused";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find((root_ / "store").string()), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("give another folder"), std::string::npos);
  }
  EXPECT_EQ(read_files(root_ / "store"), before);
}

}  // namespace
}  // namespace cartograph::datagen
