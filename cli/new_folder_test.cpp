// What is left of a folder that was not filled to the end.
#include "cli/new_folder.hpp"

#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

TEST(NewFolder, IsTakenAwayUnlessItIsKept) {
  const tests::TemporaryFolder folder;
  const fs::path path = folder / "new";
  {
    const NewFolder half(path);
    tests::write_file(path / "2025-03-01" / "orders.csv", "half");
  }
  EXPECT_FALSE(fs::exists(path));
  {
    NewFolder whole(path);
    tests::write_file(path / "2025-03-01" / "orders.csv", "whole");
    whole.keep();
  }
  EXPECT_TRUE(fs::exists(path / "2025-03-01" / "orders.csv"));
}

TEST(NewFolder, ThatWasThereIsLeftAsItWas) {
  const tests::TemporaryFolder folder;
  const fs::path path = folder / "empty";
  fs::create_directory(path);
  {
    const NewFolder half(path);
    tests::write_file(path / "2025-03-01" / "orders.csv", "half");
  }
  EXPECT_TRUE(fs::is_empty(path));
  tests::write_file(path / "somebody.txt", "else's");
  {
    const NewFolder refused(path);
    tests::write_file(path / "more.txt", "");
  }
  EXPECT_TRUE(fs::exists(path / "somebody.txt"));
  EXPECT_TRUE(fs::exists(path / "more.txt"));
}

}  // namespace
}  // namespace cartograph::cli
