// Keys in a folder: what is kept of them, and what finds them again.
#include "api/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::api {
namespace {

TEST(Keys, AreFoundByTheirTextAndByNothingElse) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  const std::string text = file.add("spreadsheet", "");
  const KeyRing ring{KeyFile(folder.path())};
  ASSERT_TRUE(ring.find(text));
  EXPECT_EQ(ring.find(text)->name, "spreadsheet");
  std::string wrong = text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_FALSE(ring.find(wrong));
  EXPECT_FALSE(ring.find(""));
  EXPECT_FALSE(ring.find(text + "0"));
  EXPECT_FALSE(ring.find(std::string(text.size(), '0')));
}

TEST(Keys, AreNotInTheFileWhichOnlyItsOwnerReads) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  const std::string text = file.add("one", "/metrics/daily");
  const std::string kept = tests::read_file(file.path());
  EXPECT_EQ(kept.find(text), std::string::npos);
  EXPECT_EQ(kept.find(text.substr(12)), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(file.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(file.list().at(0).export_path, "/metrics/daily");
}

TEST(Keys, OfTheSameMomentDiffer) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  EXPECT_NE(file.add("one", ""), file.add("two", ""));
  const auto keys = file.list();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_NE(keys[0].salt, keys[1].salt);
  EXPECT_NE(keys[0].hash, keys[1].hash);
}

TEST(Keys, ThatAreAddedOrRevokedAreNoticedWithoutARestart) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  KeyRing ring{KeyFile(folder.path())};
  EXPECT_TRUE(ring.is_empty());
  const std::string text = file.add("one", "");
  EXPECT_TRUE(ring.find(text));
  file.revoke("one");
  ring.refresh();
  EXPECT_FALSE(ring.find(text));
}

TEST(Keys, WhoseFileIsBrokenStayAsTheyAre) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  const std::string text = file.add("one", "");
  KeyRing ring{KeyFile(folder.path())};
  tests::write_file(file.path(), "{\"keys\": [");
  EXPECT_THROW(ring.refresh(), Error);
  EXPECT_TRUE(ring.find(text));
  EXPECT_THROW(file.add("two", ""), Error);
}

TEST(Keys, HaveNamesThatAreFreeAndPlain) {
  const tests::TemporaryFolder folder;
  KeyFile file(folder.path());
  file.add("one", "");
  EXPECT_THROW(file.add("one", ""), UsageError);
  for (const char* wrong : {"", "a b", "a/b", "é", "a\n"}) {
    EXPECT_THROW(file.add(wrong, ""), UsageError) << wrong;
  }
  EXPECT_THROW(file.revoke("oen"), NotFound);
}

}  // namespace
}  // namespace cartograph::api
