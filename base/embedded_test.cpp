// The SQL files inside the program are those of the sources.
#include "base/embedded.hpp"

#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace cartograph {
namespace {

TEST(EmbeddedFiles, AreTheFilesOfTheSources) {
  ASSERT_FALSE(all_embedded_files().empty());
  for (const EmbeddedFile& file : all_embedded_files()) {
    const auto source = std::filesystem::path(CARTOGRAPH_SOURCE_DIR) / file.path;
    EXPECT_TRUE(file.text == tests::read_file(source)) << file.path;
  }
}

TEST(EmbeddedFiles, OfAFolderComeInOrderAndWithoutThoseOfDeeperFolders) {
  const auto migrations = embedded_files("warehouse/migrations/all");
  ASSERT_FALSE(migrations.empty());
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    EXPECT_TRUE(i == 0 || migrations[i - 1].path < migrations[i].path);
  }
  EXPECT_TRUE(embedded_files("warehouse/migrations").empty());
}

TEST(EmbeddedFiles, OfAnUnknownFolderAreNone) {
  EXPECT_TRUE(embedded_files("warehouse/migration").empty());
  EXPECT_TRUE(embedded_files("pipelines/models/").empty());
  EXPECT_TRUE(embedded_files("nowhere").empty());
}

}  // namespace
}  // namespace cartograph
