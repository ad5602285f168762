// What an ended process has spilled goes; what another one uses stays, whoever can see it.
#include "warehouse/spill_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "tests/support.hpp"

namespace cartograph::warehouse {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(SpillFolder, IsOfItsOwnAndGoesWithAllThatWasMadeForIt) {
  const tests::TemporaryFolder folder;
  {
    const SpillFolder first(folder / "data/tmp");
    const SpillFolder second(folder / "data/tmp");
    EXPECT_NE(first.path(), second.path());
    tests::write_file(first.path() / "block", "spilled");
    EXPECT_EQ(entries(folder / "data/tmp"), 2u);
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SpillFolder, LeavesParentsThatWereThereOrAreInUse) {
  const tests::TemporaryFolder folder;
  fs::create_directory(folder / "data");
  {
    const SpillFolder spill(folder / "data/tmp");
    tests::write_file(folder / "data/tmp/other", "somebody's");
  }
  EXPECT_TRUE(fs::exists(folder / "data/tmp/other"));
  fs::remove(folder / "data/tmp/other");
  { const SpillFolder spill(folder / "data/tmp"); }
  EXPECT_TRUE(fs::exists(folder / "data/tmp"));
}

TEST(SpillFolder, HasNoPathWhereNoneCanBeMade) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "file", "in the way");
  EXPECT_TRUE(SpillFolder(folder / "file").path().empty());
  EXPECT_TRUE(SpillFolder(folder / "file/tmp").path().empty());
  EXPECT_EQ(tests::read_file(folder / "file"), "in the way");
}

TEST(Abandoned, WhatIsInUseStaysAlsoOfAProcessThatCannotBeSeen) {
  const tests::TemporaryFolder folder;
  const SpillFolder mine(folder.path());
  tests::write_file(mine.path() / "block", "spilled");
  tests::write_file(folder / "notes", "somebody's");
  // The lock alone counts: no name tells of a process.
  const fs::path renamed = folder / "spill-1-1";
  const SpillFolder other(folder.path());
  fs::rename(other.path(), renamed);
  remove_abandoned(folder.path());
  EXPECT_TRUE(fs::exists(mine.path() / "block"));
  EXPECT_TRUE(fs::exists(renamed));
  EXPECT_TRUE(fs::exists(folder / "notes"));
}

TEST(Abandoned, WhatAKilledProcessHasLeftGoes) {
  const tests::TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const SpillFolder spill(folder.path());
    tests::write_file(spill.path() / "block", "spilled");
    if (::write(ends[1], "y", 1) < 0) ::_exit(1);
    while (true) ::pause();
  }
  char said = 0;
  ASSERT_EQ(::read(ends[0], &said, 1), 1);
  remove_abandoned(folder.path());
  EXPECT_EQ(entries(folder.path()), 1u) << "it lives";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  tests::write_file(folder / "unnamed-1-abc", "unpacked");
  tests::write_file(folder / "spill-of-no-lock" / "block", "killed before it had one");
  remove_abandoned(folder.path());
  EXPECT_TRUE(fs::is_empty(folder.path()));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_NO_THROW(remove_abandoned(folder / "nowhere"));
}

}  // namespace
}  // namespace cartograph::warehouse
