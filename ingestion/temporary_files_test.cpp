// What a run keeps for a while goes, whatever becomes of the run.
#include "ingestion/temporary_files.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

TEST(UnnamedFile, IsWrittenAndReadBackAndNeverSeenInItsFolder) {
  const tests::TemporaryFolder folder;
  const int file = open_unnamed_file(folder / "made/on/the/way");
  EXPECT_TRUE(fs::is_empty(folder / "made/on/the/way"));
  EXPECT_EQ(::write(file, "kept", 4), 4);
  char content[4] = {};
  EXPECT_EQ(::pread(file, content, 4, 0), 4);
  EXPECT_EQ(std::string_view(content, 4), "kept");
  ::close(file);
  EXPECT_TRUE(fs::is_empty(folder / "made/on/the/way"));
}

TEST(Abandoned, WhatAProcessThatIsGoneHasLeftIsRemovedAndNothingElse) {
  const tests::TemporaryFolder folder;
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  const auto named = [&](const std::string& what, pid_t process) {
    return folder / (what + "-" + std::to_string(process) + "-1");
  };
  tests::write_file(named("spill", gone) / "block", "spilled");
  tests::write_file(named("unnamed", gone), "unpacked");
  tests::write_file(named("spill", ::getpid()) / "block", "of this process");
  tests::write_file(folder / "notes", "somebody's");
  remove_abandoned(folder.path());
  EXPECT_FALSE(fs::exists(named("spill", gone)));
  EXPECT_FALSE(fs::exists(named("unnamed", gone)));
  EXPECT_TRUE(fs::exists(named("spill", ::getpid()) / "block"));
  EXPECT_TRUE(fs::exists(folder / "notes"));
  EXPECT_NO_THROW(remove_abandoned(folder / "nowhere"));
}

TEST(UnnamedFile, AFolderThatCannotBeMadeIsNamedWithTheWayOut) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "file", "in the way");
  const std::string message =
      tests::message_of<Error>([&] { open_unnamed_file(folder / "file/tmp"); });
  EXPECT_NE(message.find((folder / "file/tmp").string()), std::string::npos) << message;
  EXPECT_NE(message.find("--data"), std::string::npos) << message;
}

}  // namespace
}  // namespace cartograph::ingestion
