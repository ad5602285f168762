// Job files as people write them, rightly and wrongly.
#include "orchestration/job_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kStep = "[steps.run]\ncommand = [\"true\"]\n";

Job parse(const std::string& text) { return parse_job("nightly", "nightly.toml", text, "UTC"); }

std::string refusal(const std::string& text) {
  try {
    parse(text);
    return "taken";
  } catch (const UsageError& error) {
    return error.what();
  }
}

std::vector<std::string> names(const std::vector<Job>& jobs) {
  std::vector<std::string> found;
  for (const Job& job : jobs) found.push_back(job.name);
  return found;
}

TEST(JobFile, SaysEverythingThatAJobIs) {
  const Job job = parse(R"(description = "Night"
schedule = "30 2 * * *"
timezone = "Europe/Berlin"
missed = "skip"
catch_up_within = "90 min"
overdue_after = "1 day"
enabled = false
parallel = 3
[steps.second]
command = ["sh", "-c", "exit 0"]
needs = ["first"]
timeout = "5 s"
grace = "0 s"
retries = 0
retry_after = "1 h"
[steps.first]
command = ["cartograph", "run"]
)");
  EXPECT_EQ(job.name, "nightly");
  EXPECT_EQ(job.description, "Night");
  EXPECT_EQ(job.schedule.text(), "30 2 * * *");
  EXPECT_EQ(job.zone.name, "Europe/Berlin");
  EXPECT_EQ(job.missed, Missed::skip);
  EXPECT_EQ(job.catch_up_within, 90min);
  EXPECT_EQ(job.overdue_after, 24h);
  EXPECT_FALSE(job.is_enabled);
  EXPECT_EQ(job.parallel, 3U);
  ASSERT_EQ(job.steps.size(), 2U);
  EXPECT_EQ(job.steps[0].name, "second") << "steps have the order of the file";
  EXPECT_THAT(job.steps[0].command, ElementsAre("sh", "-c", "exit 0"));
  EXPECT_THAT(job.steps[0].needs, ElementsAre(1U));
  EXPECT_EQ(job.steps[0].timeout, 5s);
  EXPECT_EQ(job.steps[0].grace, 0s);
  EXPECT_EQ(job.steps[0].retries.count, 0);
  EXPECT_GE(job.steps[0].retries.pause_max, 1h);
  EXPECT_TRUE(job.steps[1].needs.empty());
}

TEST(JobFile, WhatIsWrongHasFileLineAndColumn) {
  EXPECT_THAT(refusal("schedule = \n"), HasSubstr("nightly.toml, line 1, column"));
  EXPECT_THAT(refusal(std::string("schedule = \"0 25 * * *\"\n") + kStep),
              AllOf(HasSubstr("nightly.toml, line 1, column 12"), HasSubstr("hour '25'")));
  EXPECT_THAT(refusal(std::string("schedule = \"@daily\"\ntimezone = \"Europe/Berlim\"\n") + kStep),
              AllOf(HasSubstr("line 2, column 12"), HasSubstr("Europe/Berlin")));
  EXPECT_THAT(refusal(std::string("schedule = \"@daily\"\nmissed = \"twice\"\n") + kStep),
              AllOf(HasSubstr("line 2"), HasSubstr("takes \"once\" or \"skip\"")));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n[steps.a]\ncommand = [\"a\"]\ntimeout = \"soon\"\n"),
              AllOf(HasSubstr("line 4, column 11"), HasSubstr("timeout of step a takes a time")));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n[steps.a]\ncommand = \"run\"\n"),
              AllOf(HasSubstr("line 3, column 11"), HasSubstr("takes a list of texts")));
}

TEST(JobFile, AnUnknownKeyNamesTheNearest) {
  EXPECT_THAT(refusal(std::string("shedule = \"@daily\"\n") + kStep), HasSubstr("no schedule"));
  EXPECT_THAT(refusal(std::string("schedule = \"@daily\"\nparalel = 2\n") + kStep),
              AllOf(HasSubstr("line 2, column 1: unknown key paralel of a job"),
                    HasSubstr("nearest known one is parallel")));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n[steps.a]\ncommand = [\"a\"]\nneed = [\"b\"]\n"),
              AllOf(HasSubstr("line 4, column 1"), HasSubstr("of step a"), HasSubstr("is needs")));
}

TEST(JobFile, WhatIsMissingIsSaidWithTheWayOut) {
  EXPECT_THAT(refusal(kStep), HasSubstr("give it one, schedule = \"0 3 * * *\""));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n"), HasSubstr("a step is a section [steps.NAME]"));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n[steps.a]\nretries = 1\n"),
              HasSubstr("line 2, column 1: step a has no command"));
  EXPECT_THAT(refusal("schedule = \"@daily\"\n[steps.\"a/b\"]\ncommand = [\"a\"]\n"),
              HasSubstr("letters, digits, - and _ only"));
}

TEST(JobFile, StepsThatNeedWhatThereIsNotOrEachOtherAreRefused) {
  const std::string head = "schedule = \"@daily\"\n";
  const auto step = [](const char* name, const char* needs) {
    return fmt::format("[steps.{}]\ncommand = [\"true\"]\nneeds = [{}]\n", name, needs);
  };
  EXPECT_THAT(refusal(head + step("extract", "") + step("report", "\"extrakt\"")),
              AllOf(HasSubstr("line 7, column 9"), HasSubstr("step report needs extrakt"),
                    HasSubstr("nearest one is extract")));
  EXPECT_THAT(refusal(head + step("a", "\"a\"")), HasSubstr("in a circle: a needs a"));
  EXPECT_THAT(refusal(head + step("start", "") + step("a", "\"start\", \"c\"") +
                      step("b", "\"a\"") + step("c", "\"b\"") + step("after", "\"c\"")),
              HasSubstr("in a circle: a needs c needs b needs a"));
  EXPECT_EQ(refusal(head + step("a", "") + step("b", "\"a\"") + step("c", "\"a\", \"b\"")),
            "taken");
}

TEST(JobFile, TheBuiltInJobsAreThereAndAFileStandsForTheOneOfItsName) {
  const tests::TemporaryFolder folder;
  const auto built_in = load_jobs(folder / "jobs", "Europe/Berlin");
  EXPECT_THAT(names(built_in),
              ElementsAre("daily", "hourly-inventory", "nightly-audit", "retention"));
  EXPECT_EQ(find_job(built_in, "daily").zone.name, "Europe/Berlin");
  std::ofstream(folder / "daily.toml") << "schedule = \"0 5 * * *\"\n" << kStep;
  std::ofstream(folder / "weekly.toml") << "schedule = \"@weekly\"\n" << kStep;
  std::ofstream(folder / "README.md") << "no job\n";
  const auto jobs = load_jobs(folder.path(), "UTC");
  EXPECT_THAT(names(jobs),
              ElementsAre("daily", "hourly-inventory", "nightly-audit", "retention", "weekly"));
  EXPECT_EQ(find_job(jobs, "daily").schedule.text(), "0 5 * * *");
  EXPECT_THAT(find_job(jobs, "daily").source, HasSubstr("daily.toml"));
  try {
    find_job(jobs, "weakly");
    FAIL();
  } catch (const NotFound& error) {
    EXPECT_THAT(error.what(), HasSubstr("the nearest one is weekly"));
  }
}

TEST(JobFile, DurationsAreNumbersWithAUnit) {
  EXPECT_EQ(parse_duration("90 s"), 90s);
  EXPECT_EQ(parse_duration("45m"), 45min);
  EXPECT_EQ(parse_duration("2 w"), 14 * 24h);
  for (const char* wrong : {"", "5", "s", "-1 s", "1.5 h", "1 fortnight", "99999999999 days"}) {
    EXPECT_THROW(parse_duration(wrong), std::invalid_argument) << wrong;
  }
}

}  // namespace
}  // namespace cartograph::orchestration
