// How a report comes into its place.
#include "reports/new_report.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

namespace fs = std::filesystem;
using tests::read_file;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

void write_report(const fs::path& place, std::string_view content) {
  NewReport report(place);
  report.write("report.html", content);
  report.take_place();
}

TEST(NewReport, IsThereOnlyWhenItIsWhole) {
  const tests::TemporaryFolder folder;
  {
    NewReport report(folder / "reports/2025-03-31");
    report.write("report.html", "whole");
    EXPECT_FALSE(fs::exists(folder / "reports/2025-03-31"));
    report.take_place();
  }
  EXPECT_EQ(read_file(folder / "reports/2025-03-31/report.html"), "whole");
  EXPECT_EQ(names_in(folder / "reports"), std::set<std::string>{"2025-03-31"});
}

TEST(NewReport, ReplacesAnEarlierOneAsAWhole) {
  const tests::TemporaryFolder folder;
  const fs::path place = folder / "reports/2025-03-31";
  write_report(place, "first");
  tests::write_file(place / "old.svg", "only in the first");
  write_report(place, "second");
  EXPECT_EQ(read_file(place / "report.html"), "second");
  EXPECT_EQ(names_in(place), std::set<std::string>{"report.html"});
  EXPECT_EQ(names_in(folder / "reports"), std::set<std::string>{"2025-03-31"});
}

TEST(NewReport, LeavesNothingWhereItIsGivenUp) {
  const tests::TemporaryFolder folder;
  write_report(folder / "report", "first");
  {
    NewReport report(folder / "report");
    report.write("report.html", "second");
  }
  EXPECT_EQ(read_file(folder / "report/report.html"), "first");
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"report"});
}

TEST(NewReport, RefusesAFolderOfSomethingElse) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "mine/letter.txt", "dear");
  const auto said = tests::message_of<UsageError>([&] { NewReport report(folder / "mine"); });
  EXPECT_NE(said.find("is no report"), std::string::npos) << said;
  EXPECT_EQ(names_in(folder / "mine"), std::set<std::string>{"letter.txt"});
}

TEST(NewReport, TakesAwayWhatAKilledProcessLeft) {
  const tests::TemporaryFolder folder;
  const std::string mine = std::to_string(::getpid());
  tests::write_file(folder / ("reports/.2025-03-31." + mine + ".new/report.html"), "being written");
  tests::write_file(folder / "reports/.2025-03-31.99999999.new/report.html", "of no process");
  write_report(folder / "reports/2025-03-31", "whole");
  EXPECT_FALSE(fs::exists(folder / "reports/.2025-03-31.99999999.new"));
}

TEST(NewReport, LatestIsLedToTheNewest) {
  const tests::TemporaryFolder folder;
  write_report(folder / "reports/2025-03-30", "first");
  lead_to(folder / "reports/latest", "2025-03-30");
  write_report(folder / "reports/2025-03-31", "second");
  lead_to(folder / "reports/latest", "2025-03-31");
  EXPECT_EQ(read_file(folder / "reports/latest/report.html"), "second");
  EXPECT_EQ(read_file(folder / "reports/2025-03-30/report.html"), "first");
}

}  // namespace
}  // namespace cartograph::reports
