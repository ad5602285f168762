// What a run keeps for a while goes, whatever becomes of the run.
#include "ingestion/temporary_files.hpp"

#include <gtest/gtest.h>
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
