// The journal of runs: what it tells of them, also after its disk was full or a run was killed.
#include "runs/journal.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::runs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWarehouse = "duckdb:/data/warehouse.duckdb";

RunMark mark(const std::string& run_id) { return {run_id, "run", Instant{1'740'823'200'000'001}}; }

class JournalOnDisk : public testing::Test {
 protected:
  fs::path file() const {
    for (const auto& entry : fs::directory_iterator(folder_ / "journal")) return entry.path();
    return {};
  }

  // "run: error", or "run" of one without a word.
  std::vector<std::string> told() const {
    std::vector<std::string> told;
    for (const JournalEntry& entry : Journal(folder_.path(), kWarehouse).entries()) {
      told.push_back(entry.mark.run_id + (entry.error ? ": " + *entry.error : ""));
    }
    return told;
  }

  tests::TemporaryFolder folder_;
  Journal journal_{folder_.path(), kWarehouse};
};

TEST_F(JournalOnDisk, TellsOfEachRunWhetherItHasEndedAndWhy) {
  EXPECT_THAT(told(), testing::IsEmpty());
  journal_.begin(mark("run-1"));
  journal_.begin(mark("run-2"));
  journal_.fail(mark("run-2"), "two\nlines, \"quotes\" and \xE9");
  EXPECT_THAT(told(), testing::ElementsAre("run-1", "run-2: two\nlines, \"quotes\" and \uFFFD"));
  const JournalEntry first = journal_.entries().front();
  EXPECT_EQ(first.mark.command, "run");
  EXPECT_EQ(first.mark.started_at, Instant{1'740'823'200'000'001});
}

TEST_F(JournalOnDisk, DoesNotTellOfARunThatWasWithdrawn) {
  journal_.begin(mark("run-1"));
  journal_.begin(mark("run-2"));
  journal_.withdraw(mark("run-1"));
  EXPECT_THAT(told(), testing::ElementsAre("run-2"));
}

TEST_F(JournalOnDisk, PassesOverALineThatWasCutShort) {
  journal_.begin(mark("run-1"));
  journal_.fail(mark("run-1"), "why");
  fs::resize_file(file(), fs::file_size(file()) - 10);
  EXPECT_THAT(told(), testing::ElementsAre("run-1"));
  journal_.begin(mark("run-2"));
  EXPECT_THAT(told(), testing::ElementsAre("run-1", "run-2"));
}

TEST_F(JournalOnDisk, PassesOverWhatIsNoRecord) {
  journal_.begin(mark("run-1"));
  std::ofstream(file(), std::ios::app)
      << "[1]\n{\"run\": 7}\n\n{\"run\": \"run-3\", \"error\": 1}\n";
  journal_.begin(mark("run-2"));
  EXPECT_THAT(told(), testing::ElementsAre("run-1", "run-2"));
}

TEST_F(JournalOnDisk, IsEmptyOnceItIsCleared) {
  journal_.clear();
  journal_.begin(mark("run-1"));
  journal_.clear();
  EXPECT_THAT(told(), testing::IsEmpty());
  journal_.begin(mark("run-2"));
  EXPECT_THAT(told(), testing::ElementsAre("run-2"));
}

TEST_F(JournalOnDisk, IsThatOfOneWarehouse) {
  journal_.begin(mark("run-1"));
  Journal other(folder_.path(), "postgresql://db/shop (schema cartograph)");
  EXPECT_THAT(other.entries(), testing::IsEmpty());
  other.begin(mark("run-2"));
  other.clear();
  EXPECT_THAT(told(), testing::ElementsAre("run-1"));
}

TEST(Journal, ThatCannotBeWrittenSaysSo) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "journal", "a file where the folder should be");
  Journal journal(folder.path(), kWarehouse);
  const std::string message = tests::message_of<Error>([&] { journal.begin(mark("run-1")); });
  EXPECT_THAT(message, testing::HasSubstr((folder / "journal").string()));
  EXPECT_THAT(message, testing::HasSubstr("--data"));
  EXPECT_THAT(journal.entries(), testing::IsEmpty());
}

}  // namespace
}  // namespace cartograph::runs
