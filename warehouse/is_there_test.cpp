// What cannot be told is not taken for "no".
#include "warehouse/is_there.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

namespace fs = std::filesystem;

TEST(IsThere, TellsFilesFoldersAndLinksToThemFromNothing) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "file", "x");
  fs::create_symlink("file", folder / "link");
  fs::create_directory_symlink(folder.path(), folder / "self");
  EXPECT_TRUE(is_there(folder.path()));
  EXPECT_TRUE(is_there(folder / "file"));
  EXPECT_TRUE(is_there(folder / "link"));
  EXPECT_TRUE(is_there(folder / "self/file"));
  EXPECT_FALSE(is_there(folder / "other"));
  EXPECT_FALSE(is_there(folder / "other/file"));
  EXPECT_FALSE(is_there(folder / "self/other"));
  EXPECT_FALSE(is_there(folder / "file/below"));
}

TEST(IsThere, ALinkThatLeadsNowhereIsAnErrorThatNamesIt) {
  const tests::TemporaryFolder folder;
  fs::create_symlink(folder / "disk/w.duckdb", folder / "link");
  fs::create_symlink(folder / "disk", folder / "data");
  for (const char* name : {"link", "data", "data/w.duckdb", "data/lake/stg_orders"}) {
    const std::string message = tests::message_of<Error>([&] { is_there(folder / name); });
    const fs::path link = folder / fs::path(name).begin()->string();
    EXPECT_NE(message.find(link.string() + " is a link to " + (folder / "disk").string()),
              std::string::npos)
        << message;
  }
}

TEST(IsThere, WhatCannotBeLookedAtIsAnError) {
  const tests::TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  EXPECT_THROW(is_there(folder / "loop"), Error);
  EXPECT_THROW(is_there(folder / "loop/w.duckdb"), Error);
  EXPECT_THROW(is_there(folder / std::string(300, 'n')), Error);
}

}  // namespace
}  // namespace cartograph::warehouse
