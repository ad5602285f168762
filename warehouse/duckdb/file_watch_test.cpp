// Files that come, go, come back and are led to by links.
#include "warehouse/duckdb/file_watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

namespace fs = std::filesystem;

class Watched : public testing::Test {
 protected:
  fs::path file() const { return folder_ / "w"; }
  // As a run publishes.
  void publish(const fs::path& file) const {
    tests::write_file(file.string() + ".work", "warehouse");
    fs::rename(file.string() + ".work", file);
  }

  tests::TemporaryFolder folder_;
};

TEST_F(Watched, AFileThatIsNotThereYetIsNoChangeAndItsComingIsOne) {
  FileWatch watch(file());
  EXPECT_FALSE(watch.changed());
  publish(file());
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(Watched, TwoPublicationsAreAChangeAlsoWhereTheNumberOfTheFileComesBack) {
  publish(file());
  FileWatch watch(file());
  publish(file());
  publish(file());
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(Watched, AFileThatIsGoneIsTransientAndItsReturnIsNoPublication) {
  publish(file());
  FileWatch watch(file());
  fs::rename(file(), folder_ / "away");
  EXPECT_THROW(watch.changed(), TransientError);
  EXPECT_THROW(watch.changed(), TransientError);
  fs::rename(folder_ / "away", file());
  EXPECT_FALSE(watch.changed());
  fs::remove(file());
  publish(file());
  EXPECT_TRUE(watch.changed());
}

TEST_F(Watched, ALinkIsWatchedWhereItLeadsTo) {
  fs::create_directory(folder_ / "a");
  fs::create_directory(folder_ / "b");
  publish(folder_ / "a" / "w");
  fs::create_symlink(folder_ / "a" / "w", file());
  FileWatch watch(file());
  publish(folder_ / "a" / "w");
  EXPECT_TRUE(watch.changed());
  publish(folder_ / "b" / "w");
  EXPECT_FALSE(watch.changed());
  fs::remove(file());
  fs::create_symlink(folder_ / "b" / "w", file());
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(Watched, AFolderThatCannotBeLookedIntoIsTransient) {
  tests::write_file(folder_ / "no-folder", "");
  FileWatch watch(folder_ / "no-folder" / "w");
  EXPECT_THROW(watch.changed(), TransientError);
  fs::remove(folder_ / "no-folder");
  fs::create_directory(folder_ / "no-folder");
  EXPECT_FALSE(watch.changed());
  publish(folder_ / "no-folder" / "w");
  EXPECT_TRUE(watch.changed());
}

}  // namespace
}  // namespace cartograph::warehouse::duckdb
