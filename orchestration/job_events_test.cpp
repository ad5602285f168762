// What is told of jobs, and that it has one id however often it is made.
#include "orchestration/job_events.hpp"

#include <gtest/gtest.h>

namespace cartograph::orchestration {
namespace {

TEST(JobEvents, FailureHasTheStepsThatFailedAndWhatTheyPrintedLast) {
  JobRecord step;
  step.kind = JobRecord::Kind::step;
  step.job = "daily";
  step.step = "run";
  step.status = JobRecord::Status::failed;
  step.exit_status = 1;
  step.last_lines = "error: checks failed";
  JobRecord ended;
  ended.kind = JobRecord::Kind::ended;
  ended.job = "daily";
  ended.run = "r1";
  ended.status = JobRecord::Status::failed;
  ended.text = "step run failed";
  const Event event = job_failure_event(ended, {step});
  EXPECT_EQ(event.kind, EventKind::failure);
  EXPECT_EQ(event.text, "job daily failed: step run failed");
  const auto& told = event.data.at("steps").as_array().at(0);
  EXPECT_EQ(told.at("step").as_string(), "run");
  EXPECT_EQ(told.at("status").as_string(), "failed");
  EXPECT_EQ(told.at("last_lines").as_string(), "error: checks failed");
}

TEST(JobEvents, OverdueIsOneEventForEachTimeThatWasExpected) {
  const Overdue overdue{"daily", Instant{kMicrosPerDay}, Instant{2 * kMicrosPerDay}};
  const Overdue next{"daily", Instant{2 * kMicrosPerDay}, Instant{3 * kMicrosPerDay}};
  const std::string id = event_id(overdue_event(overdue, Instant{0}), "store");
  EXPECT_EQ(id, event_id(overdue_event(overdue, Instant{5 * kMicrosPerDay}), "store"));
  EXPECT_NE(id, event_id(overdue_event(next, Instant{0}), "store"));
}

}  // namespace
}  // namespace cartograph::orchestration
