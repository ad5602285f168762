// Folders with old and new entries, whose times are set and not waited for.
#include "orchestration/retention.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

Instant days_ago(int days) { return {now().micros - days * kMicrosPerDay}; }

void write(const fs::path& file, int age_days) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "12345";
  const timespec time{days_ago(age_days).micros / kMicrosPerSecond, 0};
  const timespec times[] = {time, time};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
}

std::vector<std::string> names(const std::vector<fs::path>& paths) {
  std::vector<std::string> found;
  for (const fs::path& path : paths) found.push_back(path.filename().string());
  return found;
}

Pruned prune(const fs::path& folder, int days, bool is_rehearsal = false) {
  Pruned pruned;
  prune_folder(folder, days_ago(days), is_rehearsal, pruned);
  EXPECT_THAT(pruned.problems, IsEmpty());
  return pruned;
}

TEST(Retention, OldFilesAndFoldersGoOldestFirst) {
  const tests::TemporaryFolder folder;
  write(folder / "a.csv", 40);
  write(folder / "2026-01-01/report.html", 50);
  write(folder / "2026-01-01/latest.html", 45);
  write(folder / "b.csv", 20);
  const Pruned pruned = prune(folder.path(), 30);
  EXPECT_THAT(names(pruned.removed), ElementsAre("2026-01-01", "a.csv"));
  EXPECT_EQ(pruned.bytes, 15U);
  EXPECT_FALSE(fs::exists(folder / "2026-01-01"));
  EXPECT_TRUE(fs::exists(folder / "b.csv"));
}

TEST(Retention, TheNewestStaysHoweverOldItIs) {
  const tests::TemporaryFolder folder;
  write(folder / "a.csv", 400);
  write(folder / "b.csv", 500);
  EXPECT_THAT(names(prune(folder.path(), 0).removed), ElementsAre("b.csv"));
  EXPECT_THAT(prune(folder.path(), 0).removed, IsEmpty());
}

TEST(Retention, WhatALinkLeadsToStaysAndSoDoHiddenNames) {
  const tests::TemporaryFolder folder;
  write(folder / "first/report.html", 400);
  write(folder / "second/report.html", 300);
  write(folder / "third/report.html", 200);
  write(folder / ".lock", 900);
  fs::create_directory_symlink("first", folder / "latest");
  EXPECT_THAT(names(prune(folder.path(), 30).removed), ElementsAre("second"));
  EXPECT_TRUE(fs::exists(folder / "latest/report.html"));
  EXPECT_TRUE(fs::exists(folder / ".lock"));
}

TEST(Retention, ARehearsalRemovesNothing) {
  const tests::TemporaryFolder folder;
  write(folder / "a.csv", 40);
  write(folder / "b.csv", 20);
  EXPECT_THAT(names(prune(folder.path(), 30, true).removed), ElementsAre("a.csv"));
  EXPECT_TRUE(fs::exists(folder / "a.csv"));
}

TEST(Retention, AFolderThatIsNotThereHasNothing) {
  const tests::TemporaryFolder folder;
  EXPECT_THAT(prune(folder / "reports", 1).removed, IsEmpty());
}

}  // namespace
}  // namespace cartograph::orchestration
