// Graphs of steps in a world whose commands are made up and whose pauses take no time; and a few
// real ones.
#include "orchestration/runner.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <fstream>
#include <functional>

#include "orchestration/job_file.hpp"
#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Status = JobRecord::Status;

ProcessEnd exited(int status) {
  ProcessEnd end;
  end.kind = ProcessEnd::Kind::exited;
  end.status = status;
  end.text = fmt::format("exit status {}", status);
  end.last_lines = "said before it went";
  return end;
}

ProcessEnd timed_out() {
  ProcessEnd end;
  end.kind = ProcessEnd::Kind::timed_out;
  return end;
}

// A command is one word; `ends` says what comes of its first attempt, its second, and so on, the
// last for ever. Each takes a turn of the executor.
class MadeUpWorld final : public World {
 public:
  std::map<std::string, std::vector<ProcessEnd>> ends;
  std::vector<std::string> begun;
  std::vector<milliseconds> pauses;
  std::size_t at_work = 0, at_work_max = 0;
  std::function<void(const std::string&)> on_begin;

  Instant now() override { return {++clock_ * kMicrosPerSecond}; }

  asio::awaitable<ProcessEnd> run(ProcessCommand command, Gate& gate) override {
    const std::string word = command.words.at(0);
    begun.push_back(word);
    at_work_max = std::max(at_work_max, ++at_work);
    if (on_begin) on_begin(word);
    bool is_stopped = false;
    {
      const Gate::Entry entry(gate, [&is_stopped] { is_stopped = true; });
      for (int turns = 0; turns < 3; ++turns) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      }
    }
    --at_work;
    const auto found = ends.find(word);
    ProcessEnd end = exited(0);
    if (found != ends.end()) {
      const std::size_t attempt = attempts_[word]++;
      end = found->second[std::min(attempt, found->second.size() - 1)];
    }
    end.is_stopped = is_stopped;
    if (is_stopped) end.status = 1;
    co_return end;
  }

  asio::awaitable<void> pause(milliseconds time, Gate&) override {
    pauses.push_back(time);
    co_return;
  }

 private:
  std::map<std::string, std::size_t> attempts_;
  std::int64_t clock_ = 1'764'000'000;
};

struct Told {
  JobResult result;
  std::vector<JobRecord> records;

  const JobRecord& step(const std::string& name) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const JobRecord& record) {
      return record.kind == JobRecord::Kind::step && record.step == name;
    });
    EXPECT_NE(found, records.end()) << name;
    return *found;
  }
};

Told run(const Job& job, World& world, Gate& gate, const StepSettings& settings = {}) {
  asio::io_context context;
  Told told;
  asio::co_spawn(context,
                 run_job(job, "run-1", std::nullopt, settings, world, gate,
                         [&](const JobRecord& record) { told.records.push_back(record); }),
                 [&](const std::exception_ptr&, JobResult result) { told.result = result; });
  context.run();
  return told;
}

Told run(const Job& job, World& world) {
  Gate gate;
  return run(job, world, gate);
}

Job job_of(const std::string& steps) {
  return parse_job("job", "job.toml", "schedule = \"@daily\"\n" + steps, "UTC");
}

std::string step(const std::string& name, const std::string& needs = "",
                 const std::string& more = "") {
  return fmt::format("[steps.{0}]\ncommand = [\"{0}\"]\nneeds = [{1}]\n{2}\n", name, needs, more);
}

TEST(Runner, StepsRunWhenWhatTheyNeedIsDoneAndOthersBesideThem) {
  MadeUpWorld world;
  const Told done = run(job_of(step("run") + step("report", "\"run\"") + step("check", "\"run\"") +
                               step("send", "\"report\", \"check\"")),
                        world);
  EXPECT_THAT(world.begun, ElementsAre("run", "report", "check", "send"));
  EXPECT_EQ(world.at_work_max, 2U);
  EXPECT_EQ(done.result.status, Status::succeeded);
  EXPECT_EQ(done.result.exit_status, 0);
  EXPECT_EQ(done.records.front().kind, JobRecord::Kind::started);
  EXPECT_EQ(done.records.back().kind, JobRecord::Kind::ended);
  EXPECT_EQ(done.records.back().text, "4 steps");
}

TEST(Runner, OneThatFailsTwiceByWhatMayPassAndThenWorksIsDone) {
  MadeUpWorld world;
  world.ends["run"] = {exited(3), timed_out(), exited(0)};
  const Told done = run(job_of(step("run", "", "retries = 3\nretry_after = \"10 s\"")), world);
  EXPECT_EQ(done.result.status, Status::succeeded);
  EXPECT_EQ(done.step("run").attempts, 3);
  ASSERT_THAT(world.pauses, SizeIs(2));
  EXPECT_THAT(world.pauses[0], AllOf(testing::Ge(5s), testing::Le(10s)));
  EXPECT_THAT(world.pauses[1], AllOf(testing::Ge(10s), testing::Le(20s)));
}

TEST(Runner, PausesGrowToTheirLimitAndAreNotAllTheSame) {
  MadeUpWorld world;
  world.ends["run"] = {exited(4)};
  const Told done = run(
      job_of(step("run", "", "retries = 40\nretry_after = \"1 s\"\nretry_after_max = \"1 min\"")),
      world);
  EXPECT_EQ(done.result.exit_status, 4);
  EXPECT_THAT(done.step("run").text, HasSubstr("exit status 4 after 41 attempts"));
  ASSERT_THAT(world.pauses, SizeIs(40));
  for (const milliseconds pause : world.pauses) EXPECT_LE(pause, 60s);
  EXPECT_GE(world.pauses.back(), 30s);
  std::sort(world.pauses.begin(), world.pauses.end());
  EXPECT_GT(std::unique(world.pauses.begin(), world.pauses.end()) - world.pauses.begin(), 10);
}

TEST(Runner, WrongDataAndWrongUsageAreNeverTriedAgain) {
  for (const int status : {1, 2, 75, 127}) {
    MadeUpWorld world;
    world.ends["run"] = {exited(status), exited(0)};
    const Told done = run(job_of(step("run")), world);
    EXPECT_EQ(done.result.status, Status::failed);
    EXPECT_EQ(done.result.exit_status, status <= 4 ? status : 1);
    EXPECT_THAT(world.begun, SizeIs(1)) << status;
    EXPECT_EQ(done.step("run").last_lines, "said before it went");
  }
}

TEST(Runner, WhatNeedsAFailedStepIsLeftOutAndNamedAndTheRestGoesOn) {
  MadeUpWorld world;
  world.ends["run"] = {exited(1)};
  const Told done =
      run(job_of(step("run") + step("report", "\"run\"") + step("send", "\"report\"") +
                 step("other") + step("after", "\"other\"")),
          world);
  EXPECT_THAT(world.begun, ElementsAre("run", "other", "after"));
  EXPECT_EQ(done.step("report").status, Status::skipped);
  EXPECT_EQ(done.step("send").text, "left out: run failed");
  EXPECT_EQ(done.result.text, "run: exit status 1; left out: report, send");
  EXPECT_EQ(done.result.exit_status, 1);
}

TEST(Runner, AClosedGateLetsNothingBeginAndEndsWhatIsAtWork) {
  MadeUpWorld world;
  Gate gate;
  world.on_begin = [&](const std::string& word) {
    if (word == "run") gate.close();
  };
  const Told done = run(job_of(step("run") + step("report", "\"run\"") + step("other") +
                               step("third") + step("fourth")),
                        world, gate);
  EXPECT_THAT(world.begun, ElementsAre("run"));
  EXPECT_EQ(done.result.status, Status::stopped);
  EXPECT_EQ(done.result.exit_status, 1);
  EXPECT_EQ(done.step("run").status, Status::stopped);
  EXPECT_EQ(done.step("report").status, Status::stopped);
  EXPECT_EQ(done.step("fourth").text, "stopped before it began");
}

TEST(Runner, AThousandStepsRunInOrderAndNoMoreThanAreAllowedAtOnce) {
  constexpr int kLayers = 20, kWidth = 50;
  std::string steps = "parallel = 7\n";
  for (int layer = 0; layer < kLayers; ++layer) {
    for (int i = 0; i < kWidth; ++i) {
      std::string needs;
      for (int k = 0; layer > 0 && k < 3; ++k) {
        needs += fmt::format("{}\"s{}-{}\"", k == 0 ? "" : ", ", layer - 1, (i + 17 * k) % kWidth);
      }
      steps += step(fmt::format("s{}-{}", layer, i), needs);
    }
  }
  MadeUpWorld world;
  const Job job = job_of(steps);
  const Told done = run(job, world);
  EXPECT_EQ(done.result.text, "1000 steps");
  EXPECT_EQ(world.at_work_max, 7U);
  std::map<std::string, std::size_t> order;
  for (const std::string& name : world.begun) order.emplace(name, order.size());
  ASSERT_THAT(order, SizeIs(1000));
  for (const Step& one : job.steps) {
    for (const std::size_t need : one.needs) {
      EXPECT_LT(order[job.steps[need].name], order[one.name]);
    }
  }
}

TEST(Runner, ARealStepKeepsItsOutputWithTheRunAndOtherProgramsGetNoOptionsOfOurs) {
  const tests::TemporaryFolder folder;
  SystemWorld world;
  Gate gate;
  StepSettings settings;
  settings.outputs = folder / "runs";
  settings.program = "/bin/echo";
  settings.options = {"--config", "a.toml"};
  settings.environment["GREETING"] = "hello";
  const Job job = job_of(
      "[steps.ours]\ncommand = [\"cartograph\", \"run\"]\n"
      "[steps.theirs]\ncommand = [\"sh\", \"-c\", \"echo $GREETING $0; exit 3\", \"x\"]\n"
      "retries = 1\nretry_after = \"5 ms\"\n");
  const Told done = run(job, world, gate, settings);
  const auto text = [&](const std::string& name) {
    std::ifstream file(folder / ("runs/job/run-1/" + name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_EQ(text("ours.log"), "--config a.toml run\n");
  EXPECT_EQ(text("theirs.log"), "hello x\n");
  EXPECT_EQ(text("theirs.2.log"), "hello x\n");
  EXPECT_EQ(done.result.exit_status, 3);
  EXPECT_EQ(done.step("theirs").last_lines, "hello x");
  EXPECT_EQ(done.step("theirs").output, (folder / "runs/job/run-1/theirs.2.log").string());
}

TEST(Runner, ARealStepThatHangsTimesOutAndIsTriedAgain) {
  const tests::TemporaryFolder folder;
  SystemWorld world;
  Gate gate;
  StepSettings settings;
  settings.outputs = folder.path();
  const Told done = run(
      job_of("[steps.hang]\ncommand = [\"sh\", \"-c\", \"trap '' TERM; while :; do sleep 1; done\"]"
             "\ntimeout = \"60 ms\"\ngrace = \"20 ms\"\nretries = 1\nretry_after = \"2 ms\"\n"),
      world, gate, settings);
  EXPECT_EQ(done.step("hang").status, Status::timed_out);
  EXPECT_EQ(done.step("hang").attempts, 2);
  EXPECT_THAT(done.step("hang").text, HasSubstr("timed out after 0.06 s"));
  EXPECT_EQ(done.result.exit_status, 1);
}

}  // namespace
}  // namespace cartograph::orchestration
