// Processes as they are: shells that hang, fork, leave their group and ignore signals.
#include "orchestration/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Kind = ProcessEnd::Kind;
using testing::HasSubstr;

ProcessCommand shell(const std::string& script) { return {{"sh", "-c", script}}; }

struct Running {
  asio::io_context context;
  std::unique_ptr<Process> process;
  ProcessEnd end;
  bool has_ended = false;

  explicit Running(const ProcessCommand& command)
      : process(std::make_unique<Process>(context.get_executor(), command)) {
    asio::co_spawn(
        context,
        [](Running* self) -> asio::awaitable<void> {
          self->end = co_await self->process->wait();
          self->has_ended = true;
        }(this),
        asio::detached);
  }

  // Until it has ended, or `until` says so.
  template <class Condition>
  void run_until(Condition&& condition) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < limit) context.run_one_for(5ms);
  }
  const ProcessEnd& run() {
    run_until([this] { return has_ended; });
    EXPECT_TRUE(has_ended) << "it runs on";
    return end;
  }
};

ProcessEnd run(const ProcessCommand& command) { return Running(command).run(); }

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The process ids that a script has written into `file`, one a line, once there are so many.
std::vector<pid_t> processes_of(Running& running, const std::filesystem::path& file,
                                std::size_t count) {
  std::vector<pid_t> found;
  running.run_until([&] {
    std::istringstream words(text_of(file));
    found.clear();
    for (pid_t process; words >> process;) found.push_back(process);
    return found.size() >= count || running.has_ended;
  });
  EXPECT_EQ(found.size(), count);
  return found;
}

bool is_there(pid_t process) { return ::kill(process, 0) == 0; }

bool are_gone(const std::vector<pid_t>& processes) {
  const auto limit = std::chrono::steady_clock::now() + 5s;
  const auto is_any = [&] { return std::any_of(processes.begin(), processes.end(), is_there); };
  while (is_any() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(2ms);
  return !is_any();
}

// Of this process, zombies included.
std::set<pid_t> children() {
  std::set<pid_t> found;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(thread.path() / "children");
    for (pid_t process; file >> process;) found.insert(process);
  }
  return found;
}

class ProcessTest : public testing::Test {
 protected:
  // Other tests' servers may be there.
  bool has_no_children() const { return children() == before_; }

 private:
  const std::set<pid_t> before_ = children();
};

TEST_F(ProcessTest, TellsItsExitStatusAndItsLastLinesAndKeepsAllOfItsOutput) {
  const tests::TemporaryFolder folder;
  ProcessCommand command = shell("seq 1 30; echo oops >&2; exit 3");
  command.output_file = folder.path() / "jobs" / "step.log";
  const ProcessEnd end = run(command);
  EXPECT_EQ(end.kind, Kind::exited);
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.text, "exit status 3");
  EXPECT_FALSE(end.is_stopped);
  EXPECT_TRUE(end.last_lines.starts_with("12\n13\n")) << end.last_lines;
  EXPECT_TRUE(end.last_lines.ends_with("\n30\noops")) << end.last_lines;
  EXPECT_TRUE(text_of(command.output_file).starts_with("1\n2\n"));
  EXPECT_TRUE(has_no_children());
}

TEST_F(ProcessTest, ReadsItsInputAndHasTheEnvironmentThatItIsGiven) {
  ProcessCommand command = shell("cat; echo \"$GREETING $HOME\"");
  command.input = std::string(200'000, 'x') + "\n";
  command.environment["GREETING"] = "good morning";
  command.environment["HOME"] = "nowhere";
  const ProcessEnd end = run(command);
  EXPECT_EQ(end.text, "exit status 0");
  EXPECT_THAT(end.last_lines, HasSubstr("good morning nowhere"));
}

TEST_F(ProcessTest, WhatCannotBeStartedSaysWhy) {
  EXPECT_THAT(run({{"no-such-program"}}).text, HasSubstr("no such program in the folders of PATH"));
  EXPECT_THAT(run({{"/no/such/program"}}).text, HasSubstr("No such file or directory"));
  EXPECT_THAT(run({{"/etc/passwd"}}).text, HasSubstr("Permission denied"));
  EXPECT_EQ(run({{}}).kind, Kind::not_started);
  EXPECT_TRUE(has_no_children());
}

TEST_F(ProcessTest, OneThatHangsIsEndedAtItsDeadline) {
  ProcessCommand command = shell("echo begun; sleep 1000");
  command.deadline = 100ms;
  const ProcessEnd end = run(command);
  EXPECT_EQ(end.kind, Kind::timed_out);
  EXPECT_EQ(end.last_lines, "begun");
  EXPECT_FALSE(end.is_stopped);
}

TEST_F(ProcessTest, OneThatIgnoresSigtermIsKilledAfterTheGrace) {
  ProcessCommand command = shell("trap '' TERM; echo begun; while :; do sleep 0.01; done");
  command.grace = 200ms;
  Running running(command);
  running.run_until([until = std::chrono::steady_clock::now() + 200ms] {
    return std::chrono::steady_clock::now() > until;
  });
  running.process->stop();
  const ProcessEnd& end = running.run();
  EXPECT_EQ(end.kind, Kind::killed);
  EXPECT_TRUE(end.is_stopped);
  EXPECT_THAT(end.text, HasSubstr("signal 9"));
}

TEST_F(ProcessTest, OneThatIsStoppedMayEndInItsOwnWay) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  Running running(shell("trap 'echo tidy; exit 1' TERM; echo $$ > '" + ids.string() +
                        "'; while :; do sleep 0.01; done"));
  processes_of(running, ids, 1);
  running.process->stop();
  const ProcessEnd& end = running.run();
  EXPECT_EQ(end.text, "exit status 1");
  EXPECT_TRUE(end.is_stopped);
  // The shell may say before that its sleep was terminated, too.
  EXPECT_TRUE(end.last_lines.ends_with("tidy")) << end.last_lines;
}

// A child in the group, one that ignores SIGTERM, and one that has left for a session of its own.
std::string script_with_children(const std::filesystem::path& ids, const std::string& then) {
  const std::string note = " >> '" + ids.string() + "'";
  return "sleep 1000 & echo $!" + note +
         "; sh -c 'trap \"\" TERM; while :; do sleep 1; done' & echo $!" + note +
         "; setsid sh -c 'echo $$" + " >> \"" + ids.string() +
         "\"; trap \"\" TERM; while :; do sleep 1; done' & " + then;
}

TEST_F(ProcessTest, WhatItForksEndsWithItAlsoOutsideItsGroup) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  ProcessCommand command = shell(script_with_children(ids, "wait"));
  command.grace = 150ms;
  Running running(command);
  const auto processes = processes_of(running, ids, 3);
  running.process->stop();
  EXPECT_EQ(running.run().kind, Kind::killed);
  EXPECT_TRUE(are_gone(processes));
  EXPECT_TRUE(has_no_children());
}

TEST_F(ProcessTest, WhatItLeavesBehindEndsWithItAndItsOwnStatusCounts) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  ProcessCommand command = shell(script_with_children(
      ids, "while [ $(wc -l < '" + ids.string() + "') -lt 3 ]; do sleep 0.01; done; exit 4"));
  command.grace = 150ms;
  Running running(command);
  const auto processes = processes_of(running, ids, 3);
  EXPECT_EQ(running.run().text, "exit status 4");
  EXPECT_TRUE(are_gone(processes));
}

TEST_F(ProcessTest, IsEndedAtOnceWithItsObject) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  std::vector<pid_t> processes;
  const auto start = std::chrono::steady_clock::now();
  {
    Running running(shell(script_with_children(ids, "wait")));
    processes = processes_of(running, ids, 3);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s) << "the grace was waited for";
  EXPECT_TRUE(are_gone(processes));
  EXPECT_TRUE(has_no_children());
}

TEST_F(ProcessTest, EndsWithTheProgramThatWasKilled) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  const pid_t program = ::fork();
  if (program == 0) {
    ProcessCommand command = shell(script_with_children(ids, "wait"));
    command.grace = 100ms;
    Running running(command);
    running.run();
    ::_exit(0);
  }
  std::vector<pid_t> processes;
  const auto limit = std::chrono::steady_clock::now() + 10s;
  while (processes.size() < 3 && std::chrono::steady_clock::now() < limit) {
    std::istringstream words(text_of(ids));
    processes.clear();
    for (pid_t process; words >> process;) processes.push_back(process);
    std::this_thread::sleep_for(2ms);
  }
  ASSERT_EQ(processes.size(), 3U);
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  EXPECT_TRUE(are_gone(processes));
}

TEST_F(ProcessTest, EndsWithItsSupervisorThatWasKilled) {
  const tests::TemporaryFolder folder;
  const auto ids = folder.path() / "ids";
  Running running(shell("echo $$ >> '" + ids.string() + "'; echo $PPID >> '" + ids.string() +
                        "'; sleep 1000 & echo $! >> '" + ids.string() + "'; wait"));
  const auto processes = processes_of(running, ids, 3);
  ::kill(processes.at(1), SIGKILL);
  const ProcessEnd& end = running.run();
  EXPECT_EQ(end.kind, Kind::killed);
  EXPECT_THAT(end.text, HasSubstr("supervises"));
  EXPECT_TRUE(are_gone(processes));
  EXPECT_TRUE(has_no_children());
}

TEST_F(ProcessTest, AFullDiskUnderItsOutputIsSaidAndDoesNotDisturbIt) {
  ProcessCommand command = shell("seq 1 20000; echo last; exit 0");
  command.output_file = "/dev/full";
  const ProcessEnd end = run(command);
  EXPECT_EQ(end.text, "exit status 0");
  EXPECT_TRUE(end.last_lines.ends_with("20000\nlast"));
  EXPECT_THAT(end.output_problem, HasSubstr("No space left on device"));
}

TEST_F(ProcessTest, HundredsOfThemLeaveNoProcessAndNoDescriptorBehind) {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator folder("/proc/self/fd");
    return std::distance(begin(folder), end(folder));
  };
  const auto before = descriptors();
  {
    asio::io_context context;
    int ended = 0;
    for (int i = 0; i < 200; ++i) {
      asio::co_spawn(
          context,
          [](asio::io_context& within, int& count) -> asio::awaitable<void> {
            Process process(within.get_executor(), ProcessCommand{{"true"}});
            const ProcessEnd end = co_await process.wait();
            if (end.text == "exit status 0") ++count;
          }(context, ended),
          asio::detached);
    }
    context.run();
    EXPECT_EQ(ended, 200);
  }
  EXPECT_EQ(descriptors(), before);
  EXPECT_TRUE(has_no_children());
}

}  // namespace
}  // namespace cartograph::orchestration
