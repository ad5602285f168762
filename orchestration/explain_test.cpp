// What people read of a job.
#include "orchestration/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestration/job_file.hpp"

namespace cartograph::orchestration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Job job_of(const std::string& schedule, const std::string& steps) {
  return parse_job("daily", "daily.toml",
                   "schedule = \"" + schedule + "\"\ntimezone = \"Europe/Berlin\"\n" + steps,
                   "UTC");
}

constexpr const char* kOneStep = "[steps.run]\ncommand = [\"cartograph\", \"run\"]\n";

TEST(Explain, TellsWhereAChangeOfTheClocksMovesATime) {
  const Instant before{day_of(2026, 3, 27)->start_utc()};
  const std::string text = explain(job_of("30 2 * * *", kOneStep), before);
  EXPECT_THAT(text, HasSubstr("  Fri 2026-03-27 02:30  2026-03-27T01:30Z\n"
                              "  Sat 2026-03-28 02:30  2026-03-28T01:30Z\n"
                              "  Sun 2026-03-29 03:00  2026-03-29T01:00Z  moved to 03:00\n"
                              "  Mon 2026-03-30 02:30  2026-03-30T00:30Z\n"));
}

TEST(Explain, TellsWhichTimesRunTwice) {
  const Instant before{day_of(2026, 10, 25)->start_utc()};
  EXPECT_THAT(explain(job_of("30 * * * *", kOneStep), before),
              HasSubstr("  Sun 2026-10-25 02:30  2026-10-25T00:30Z  runs twice\n"
                        "  Sun 2026-10-25 02:30  2026-10-25T01:30Z  runs twice\n"
                        "  Sun 2026-10-25 03:30  2026-10-25T02:30Z\n"));
}

TEST(Explain, DrawsStepsBelowWhatTheyNeed) {
  const std::string text =
      explain(job_of("@daily",
                     "[steps.run]\ncommand = [\"cartograph\", \"run\"]\ntimeout = \"3 h\"\n"
                     "[steps.report]\ncommand = [\"cartograph\", \"report\"]\nneeds = [\"run\"]\n"
                     "[steps.check]\ncommand = [\"cartograph\", \"check\"]\nneeds = [\"run\"]\n"
                     "retries = 0\n"
                     "[steps.send]\ncommand = [\"sh\", \"-c\", \"echo sent\"]\n"
                     "needs = [\"report\", \"check\"]\n"),
              {0});
  EXPECT_THAT(text, HasSubstr("  run         cartograph run  [3 h, 3 retries]\n"
                              "  ├─ report   cartograph report  [1 h, 3 retries]\n"
                              "  └─ check    cartograph check  [1 h]\n"
                              "     └─ send  sh -c 'echo sent'  (after report too)  "
                              "[1 h, 3 retries]\n"));
}

TEST(Explain, DurationsAreInTheLargestUnitThatFits) {
  EXPECT_EQ(text_of(48h), "2 days");
  EXPECT_EQ(text_of(24h), "1 day");
  EXPECT_EQ(text_of(25h), "25 h");
  EXPECT_EQ(text_of(90min), "90 min");
  EXPECT_EQ(text_of(90s), "90 s");
  EXPECT_EQ(text_of(0ms), "0 ms");
}

}  // namespace
}  // namespace cartograph::orchestration
