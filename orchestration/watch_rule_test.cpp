// Deliveries as a folder shows them, by a clock of the test's own.
#include "orchestration/watch_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::int64_t kNanos = 1'000'000;

// A folder, a watcher of it and a warehouse that takes what its runs are given.
class Folder {
 public:
  explicit Folder(bool is_polling = false) : rule_(is_polling) {}

  void write(const std::string& file, std::int64_t bytes) {
    FileState& state = files_[file];
    if (state.inode == 0) state.inode = ++inodes_;
    state.bytes = bytes;
    state.modified_ns = folder_now();
  }
  void rename_into(const std::string& file, std::int64_t bytes) {
    files_.erase(file);
    write(file, bytes);
    known_[file] = Knowledge::complete;
  }
  void open(const std::string& file) { known_[file] = Knowledge::open; }
  void close(const std::string& file) { known_.erase(file); }
  void remove(const std::string& file) { files_.erase(file); }
  void set_modified(const std::string& file, std::int64_t ns) { files_[file].modified_ns = ns; }
  void shift_folder_clock(milliseconds by) { shift_ += by; }

  // Lets time pass and looks as often as the rule wants; each run ends as `end` says, at once.
  void pass(milliseconds time, RunEnd end = RunEnd::taken) {
    const milliseconds until = now_ + time;
    while (true) {
      const Decision decision =
          rule_.look({now_, files_, [this] { return folder_now(); },
                      [this](const std::string& file) {
                        const auto known = known_.find(file);
                        return known == known_.end() ? Knowledge::nothing : known->second;
                      }});
      if (decision.is_run_due) {
        runs_.push_back(decision.files);
        rule_.ended(end, decision.files, now_);
        continue;
      }
      if (now_ + decision.look_again > until) break;
      now_ += decision.look_again;
    }
    now_ = until;
  }

  std::int64_t folder_now() const { return (now_ + shift_).count() * kNanos; }
  milliseconds now() const { return now_; }
  const std::vector<Snapshot>& runs() const { return runs_; }
  std::vector<std::string> taken(std::size_t run) const {
    std::vector<std::string> names;
    for (const auto& [name, state] : runs_.at(run)) names.push_back(name);
    return names;
  }

 private:
  WatchRule rule_;
  Snapshot files_;
  std::map<std::string, Knowledge> known_;
  std::vector<Snapshot> runs_;
  std::uint64_t inodes_ = 0;
  milliseconds now_{1'700'000'000'000};
  milliseconds shift_{0};
};

TEST(WatchRule, TakesWhatLiesThereAtTheStart) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.pass(5s);
  ASSERT_EQ(folder.runs().size(), 1U);
  folder.pass(10min);
  EXPECT_EQ(folder.runs().size(), 1U);
}

TEST(WatchRule, EmptyFolderStartsNoRun) {
  Folder folder;
  folder.pass(1h);
  EXPECT_TRUE(folder.runs().empty());
}

TEST(WatchRule, FileThatIsStillWrittenIsNotTaken) {
  Folder folder;
  for (int i = 1; i < 50; ++i) {
    folder.write("d/orders.csv", i * 100);
    folder.pass(900ms);
  }
  EXPECT_TRUE(folder.runs().empty());
  folder.pass(2s);
  ASSERT_EQ(folder.runs().size(), 1U);
  EXPECT_EQ(folder.runs()[0].at("d/orders.csv").bytes, 4900);
}

TEST(WatchRule, FileThatSomebodyHasOpenIsNotTakenHoweverLongItRests) {
  Folder folder;
  folder.write("d/orders.csv", 100);
  folder.open("d/orders.csv");
  folder.pass(5min);
  EXPECT_TRUE(folder.runs().empty());
  folder.close("d/orders.csv");
  folder.pass(2s);
  EXPECT_EQ(folder.runs().size(), 1U);
}

TEST(WatchRule, WholeFilesDoNotWaitForOneThatIsStillWritten) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  for (int i = 1; i < 200; ++i) {
    folder.write("d/order_items.csv", i);
    folder.pass(100ms);
  }
  ASSERT_GE(folder.runs().size(), 1U);
  EXPECT_THAT(folder.taken(0), testing::ElementsAre("d/orders.csv"));
}

TEST(WatchRule, FileThatIsRenamedIntoPlaceIsTakenAtOnce) {
  Folder folder;
  folder.pass(1min);
  folder.rename_into("d/orders.csv", 5);
  folder.pass(kBurstPause);
  EXPECT_EQ(folder.runs().size(), 1U);
}

TEST(WatchRule, BurstIsOneRun) {
  Folder folder;
  for (int i = 0; i < 1000; ++i) {
    folder.rename_into("d/orders_" + std::to_string(i) + ".csv", 5);
    if (i % 10 == 0) folder.pass(20ms);
  }
  folder.pass(5s);
  ASSERT_EQ(folder.runs().size(), 1U);
  EXPECT_EQ(folder.runs()[0].size(), 1000U);
}

TEST(WatchRule, DeliveriesThatNeverPauseAreTakenAllTheSame) {
  Folder folder;
  for (int i = 0; i < 600; ++i) {
    folder.rename_into("d/orders_" + std::to_string(i) + ".csv", 5);
    folder.pass(100ms);
  }
  EXPECT_GE(folder.runs().size(), 4U);
  EXPECT_LE(folder.runs().size(), 8U);
}

TEST(WatchRule, FailingFileIsTriedAgainOnlyWhenItHasChanged) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.pass(12h, RunEnd::failed);
  EXPECT_EQ(folder.runs().size(), 1U);
  folder.write("d/orders.csv", 6);
  folder.pass(12h, RunEnd::failed);
  EXPECT_EQ(folder.runs().size(), 2U);
  folder.write("d/order_items.csv", 1);
  folder.pass(1min);
  EXPECT_EQ(folder.runs().size(), 3U);
}

TEST(WatchRule, FailingFileThatIsTakenAwayFreesTheOthers) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.write("d/order_items.csv", 5);
  folder.pass(1h, RunEnd::failed);
  folder.remove("d/orders.csv");
  folder.pass(1min);
  ASSERT_EQ(folder.runs().size(), 2U);
  EXPECT_THAT(folder.taken(1), testing::ElementsAre("d/order_items.csv"));
}

TEST(WatchRule, WhatMayPassIsTriedAgainWithGrowingPauses) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.pass(1h, RunEnd::may_pass);
  EXPECT_GE(folder.runs().size(), 12U);
  EXPECT_LE(folder.runs().size(), 20U);
  const std::size_t before = folder.runs().size();
  folder.pass(10min);
  EXPECT_EQ(folder.runs().size(), before + 1);
}

TEST(WatchRule, GoesByTheClockOfTheFolderAndNotByThisMachines) {
  for (const milliseconds shift : {-3h, 3h}) {
    Folder folder;
    folder.shift_folder_clock(shift);
    folder.write("d/orders.csv", 5);
    folder.pass(900ms);
    EXPECT_TRUE(folder.runs().empty());
    folder.pass(2s);
    EXPECT_EQ(folder.runs().size(), 1U);
  }
}

TEST(WatchRule, FileWithATimeOfTheFutureIsTakenWhenItHasRested) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.set_modified("d/orders.csv", folder.folder_now() + 1'000'000'000 * kNanos);
  folder.pass(900ms);
  EXPECT_TRUE(folder.runs().empty());
  folder.pass(2s);
  EXPECT_EQ(folder.runs().size(), 1U);
}

TEST(WatchRule, PolledFileHasToBeTheSameTwice) {
  Folder folder(true);
  folder.rename_into("d/orders.csv", 5);
  folder.pass(kPollEvery - 1ms);
  EXPECT_TRUE(folder.runs().empty());
  folder.pass(2 * kPollEvery);
  EXPECT_EQ(folder.runs().size(), 1U);
}

TEST(WatchRule, AsksTheLedgerItselfOnceAnHour) {
  Folder folder;
  folder.write("d/orders.csv", 5);
  folder.pass(1min);
  folder.pass(24h);
  EXPECT_GE(folder.runs().size(), 24U);
  EXPECT_LE(folder.runs().size(), 26U);
}

TEST(WatchRule, TakesEveryFileOnceAtItsLastStateWhateverHappens) {
  const auto seed = tests::random_seed();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  Folder folder;
  Snapshot last;
  for (int i = 0; i < 2000; ++i) {
    const std::string file = "d/orders_" + std::to_string(random() % 40) + ".csv";
    const auto bytes = static_cast<std::int64_t>(random() % 1000);
    if (random() % 2 == 0) {
      folder.write(file, bytes);
    } else {
      folder.rename_into(file, bytes);
    }
    const RunEnd end = random() % 4 == 0 ? RunEnd::may_pass : RunEnd::taken;
    folder.pass(milliseconds(random() % 3000), end);
  }
  folder.pass(30min);
  const std::size_t runs = folder.runs().size();
  ASSERT_GT(runs, 0U);
  EXPECT_EQ(folder.runs().back().size(), 40U);
  folder.pass(20min);
  EXPECT_EQ(folder.runs().size(), runs);
}

TEST(SilentFileSystems, AreKnownByTheirNumbers) {
  EXPECT_EQ(silent_file_system(0x6969), "NFS");
  EXPECT_EQ(silent_file_system(0x65735546), "FUSE");
  EXPECT_EQ(silent_file_system(static_cast<long>(0xFF534D42)), "SMB");
  EXPECT_EQ(silent_file_system(static_cast<int>(0xFF534D42)), "SMB");
  EXPECT_EQ(silent_file_system(0xEF53), "");
  EXPECT_EQ(silent_file_system(0x01021994), "");
}

}  // namespace
}  // namespace cartograph::orchestration
