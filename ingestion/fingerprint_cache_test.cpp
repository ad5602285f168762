// When a fingerprint is taken from the cache and when the file is read. A cached answer is told
// from a read one by a checksum that was falsified in the cache's file.
#include "ingestion/fingerprint_cache.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

const std::string kFalse(32, 'f');

class Fingerprints : public testing::Test {
 protected:
  fs::path file() const { return folder_ / "data" / "fingerprints"; }
  fs::path land(const std::string& name, std::string_view content) {
    return tests::write_file(folder_ / "landing" / name, content);
  }
  // Long enough for the cache to vouch for what was written before.
  void let_settle() { waited_micros_ += 3'200'000; }
  FingerprintCache cache() const {
    return FingerprintCache(file(), [this] { return Instant{now().micros + waited_micros_}; });
  }
  void remember(std::initializer_list<fs::path> paths) {
    FingerprintCache remembering = cache();
    for (const fs::path& path : paths) remembering.of(path);
    remembering.save();
  }
  // Puts a false checksum before every path in the cache's file.
  void falsify() {
    std::string text = tests::read_file(file());
    for (std::size_t at = text.find('\n'); at != std::string::npos && at + 1 < text.size();
         at = text.find('\n', at + 1)) {
      text.replace(at + 1, kFalse.size(), kFalse);
    }
    tests::write_file(file(), text);
  }
  std::string checksum(const fs::path& path) { return cache().of(path).checksum; }

  tests::TemporaryFolder folder_;
  std::int64_t waited_micros_ = 0;
};

TEST_F(Fingerprints, AreThoseOfTheFiles) {
  const fs::path path = land("orders.csv", "some text");
  FingerprintCache fresh = cache();
  EXPECT_EQ(fresh.of(path).checksum, fingerprint(path).checksum);
  EXPECT_EQ(fresh.of(path).bytes, 9);
  EXPECT_EQ(fresh.of(path).checksum, fingerprint(path).checksum);
}

TEST_F(Fingerprints, OfASettledFileAreRememberedUntilAnythingAboutItChanges) {
  const fs::path same = land("same one.csv", "text");
  const fs::path changed = land("changed.csv", "text");
  const fs::path replaced = land("replaced.csv", "text");
  const fs::path touched = land("touched.csv", "text");
  const auto written_at = fs::last_write_time(changed);
  let_settle();
  remember({same, changed, replaced, touched});
  falsify();
  EXPECT_EQ(checksum(same), kFalse) << "not read again";
  EXPECT_EQ(cache().of(same).bytes, 4);

  land("changed.csv", "test");  // of the same size, and with its time put back
  fs::last_write_time(changed, written_at);
  EXPECT_EQ(checksum(changed), fingerprint(changed).checksum);

  land("other.csv", "Text");
  fs::last_write_time(folder_ / "landing" / "other.csv", fs::last_write_time(replaced));
  fs::rename(folder_ / "landing" / "other.csv", replaced);
  EXPECT_EQ(checksum(replaced), fingerprint(replaced).checksum);

  fs::last_write_time(touched, written_at + std::chrono::hours(1));
  EXPECT_EQ(checksum(touched), fingerprint(touched).checksum);
}

TEST_F(Fingerprints, OfAFileThatWasJustWrittenAreNotRemembered) {
  const fs::path path = land("orders.csv", "text");
  remember({path});
  falsify();
  EXPECT_EQ(checksum(path), fingerprint(path).checksum);
}

TEST_F(Fingerprints, OnlyOfWhatWasAskedForAreWritten) {
  const fs::path kept = land("kept.csv", "text");
  const fs::path gone = land("gone.csv", "text");
  let_settle();
  remember({kept, gone});
  EXPECT_NE(tests::read_file(file()).find("gone.csv"), std::string::npos);
  remember({kept});
  EXPECT_NE(tests::read_file(file()).find("kept.csv"), std::string::npos);
  EXPECT_EQ(tests::read_file(file()).find("gone.csv"), std::string::npos);
}

TEST_F(Fingerprints, ADamagedCacheIsNoCache) {
  const fs::path path = land("orders.csv", "text");
  let_settle();
  remember({path});
  falsify();
  const std::string good = tests::read_file(file());
  const std::string body = good.substr(good.find('\n') + 1);
  for (const std::string& text :
       {std::string(), std::string("something else\n") + body, std::string("\n") + body,
        good.substr(0, good.size() / 2), good + "short line\n", good + "abc 12 x /y\n",
        good + kFalse + " twelve 1:2:3 /y\n", good + kFalse + " 12\n"}) {
    tests::write_file(file(), text);
    EXPECT_EQ(checksum(path), fingerprint(path).checksum) << text;
  }
  tests::write_file(file(), good);
  EXPECT_EQ(checksum(path), kFalse);
}

TEST_F(Fingerprints, OfAFileThatCannotBeReadAreAnErrorThatNamesIt) {
  const std::string message =
      tests::message_of<Error>([&] { cache().of(folder_ / "landing" / "gone.csv"); });
  EXPECT_NE(message.find("gone.csv"), std::string::npos) << message;
}

TEST_F(Fingerprints, ACacheThatCannotBeWrittenIsNoError) {
  const fs::path path = land("orders.csv", "text");
  tests::write_file(folder_ / "data", "a file in its place");
  FingerprintCache unsaved = cache();
  unsaved.of(path);
  EXPECT_NO_THROW(unsaved.save());
}

}  // namespace
}  // namespace cartograph::ingestion
