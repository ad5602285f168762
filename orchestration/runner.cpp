// A coroutine a step; the run itself waits until one of them has ended and then begins those that
// waited for it.
#include "orchestration/runner.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <random>

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Status = JobRecord::Status;

bool may_pass(const ProcessEnd& end) {
  if (end.is_stopped) return false;
  if (end.kind == ProcessEnd::Kind::timed_out) return true;
  return end.kind == ProcessEnd::Kind::exited &&
         (end.status == kExitBusy || end.status == kExitUnknownOutcome);
}

std::mt19937& random_numbers() {
  thread_local std::mt19937 numbers{std::random_device{}()};
  return numbers;
}

// Doubled for each attempt; from half of it to all of it, so that two who wait for the same thing
// do not come together again.
milliseconds pause_after(const Retries& retries, int attempts) {
  milliseconds pause = std::min(retries.pause, retries.pause_max);
  for (int i = 1; i < attempts && pause < retries.pause_max; ++i) {
    pause = std::min(pause * 2, retries.pause_max);
  }
  std::uniform_int_distribution<std::int64_t> part(pause.count() / 2, pause.count());
  return milliseconds(part(random_numbers()));
}

std::string times(int count) { return count == 1 ? "" : fmt::format(" after {} attempts", count); }

class JobRun {
 public:
  JobRun(const Job& job, std::string run, std::optional<Instant> time, const StepSettings& settings,
         World& world, Gate& gate, RecordSink sink, const asio::any_io_executor& executor)
      : job_(job),
        run_(std::move(run)),
        time_(time),
        settings_(settings),
        world_(world),
        gate_(gate),
        sink_(std::move(sink)),
        started_at_(world.now()),
        changed_(executor, asio::steady_timer::time_point::max()),
        results_(job.steps.size()),
        open_needs_(job.steps.size()),
        needed_by_(job.steps.size()) {
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
      open_needs_[i] = job.steps[i].needs.size();
      if (open_needs_[i] == 0) ready_.push_back(i);
      for (const std::size_t need : job.steps[i].needs) needed_by_[need].push_back(i);
    }
  }

  asio::awaitable<JobResult> run() {
    const auto executor = co_await asio::this_coro::executor;
    tell_start();
    while (true) {
      while (running_ < job_.parallel && !ready_.empty() && !gate_.is_closed()) {
        const std::size_t index = ready_.front();
        ready_.pop_front();
        ++running_;
        asio::co_spawn(executor, run_step(*this, index), asio::detached);
      }
      if (running_ == 0) break;
      boost::system::error_code cancelled;
      co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    // Only a closed gate leaves steps without a result.
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (results_[i] == Status::none) tell_left_out(i, Status::stopped, "stopped before it began");
    }
    co_return finish();
  }

 private:
  static asio::awaitable<void> run_step(JobRun& self, std::size_t index) {
    const Step& step = self.job_.steps[index];
    JobRecord record = self.record_of(JobRecord::Kind::step);
    record.step = step.name;
    record.started_at = self.world_.now();
    while (true) {
      ++record.attempts;
      const ProcessCommand command = self.command_of(step, record.attempts);
      record.output = command.output_file.string();
      ProcessEnd end;
      try {
        end = co_await self.world_.run(command, self.gate_);
      } catch (const std::exception& error) {
        end.text = fmt::format("cannot start {}: {}", step.command[0], error.what());
      }
      self.describe(record, end, step);
      if (!end.output_problem.empty()) record.text += "; " + end.output_problem;
      if (!may_pass(end) || record.attempts > step.retries.count || self.gate_.is_closed()) break;
      co_await self.world_.pause(pause_after(step.retries, record.attempts), self.gate_);
      if (self.gate_.is_closed()) break;
    }
    if (record.status != Status::succeeded) record.text += times(record.attempts);
    record.at = self.world_.now();
    self.sink_(record);
    self.end_step(index, record);
  }

  ProcessCommand command_of(const Step& step, int attempt) const {
    ProcessCommand command;
    command.words = step.command;
    command.environment = settings_.environment;
    command.deadline = step.timeout;
    command.grace = step.grace;
    const std::string number = attempt == 1 ? "" : fmt::format(".{}", attempt);
    command.output_file =
        settings_.outputs / job_.name / run_ / fmt::format("{}{}.log", step.name, number);
    if (step.command[0] == "cartograph") {
      command.program = settings_.program;
      command.words.insert(command.words.begin() + 1, settings_.options.begin(),
                           settings_.options.end());
    }
    return command;
  }

  void describe(JobRecord& record, const ProcessEnd& end, const Step& step) const {
    using Kind = ProcessEnd::Kind;
    record.text = end.text;
    record.exit_status = end.kind == Kind::exited ? end.status : 0;
    record.last_lines = end.last_lines;
    if (end.kind == Kind::exited && end.status == 0) {
      record.status = Status::succeeded;
      record.last_lines.clear();
    } else if (end.is_stopped) {
      record.status = Status::stopped;
      record.text = fmt::format("stopped ({})", end.text);
    } else if (end.kind == Kind::timed_out) {
      record.status = Status::timed_out;
      record.text = fmt::format("timed out after {} s", step.timeout.count() / 1000.0);
    } else {
      record.status = Status::failed;
    }
  }

  void end_step(std::size_t index, const JobRecord& record) {
    results_[index] = record.status;
    --running_;
    changed_.cancel();
    if (record.status == Status::succeeded) {
      for (const std::size_t next : needed_by_[index]) {
        if (--open_needs_[next] == 0 && results_[next] == Status::none) ready_.push_back(next);
      }
      return;
    }
    if (record.status != Status::stopped) {
      failures_.push_back(fmt::format("{}: {}", record.step, record.text));
      if (result_.exit_status == 0) {
        const bool is_ours = record.exit_status >= 1 && record.exit_status <= kExitUnknownOutcome;
        result_.exit_status = is_ours ? record.exit_status : 1;
      }
    }
    leave_out(index, record);
  }

  // What needs a step that did not succeed, and what needs that.
  void leave_out(std::size_t failed, const JobRecord& record) {
    const Status status = record.status == Status::stopped ? Status::stopped : Status::skipped;
    const std::string text = fmt::format("left out: {} {}", record.step,
                                         status == Status::stopped ? "was stopped" : "failed");
    std::deque<std::size_t> next(needed_by_[failed].begin(), needed_by_[failed].end());
    while (!next.empty()) {
      const std::size_t index = next.front();
      next.pop_front();
      if (results_[index] != Status::none) continue;
      tell_left_out(index, status, text);
      next.insert(next.end(), needed_by_[index].begin(), needed_by_[index].end());
    }
  }

  void tell_left_out(std::size_t index, Status status, const std::string& text) {
    results_[index] = status;
    JobRecord record = record_of(JobRecord::Kind::step);
    record.step = job_.steps[index].name;
    record.status = status;
    record.text = text;
    sink_(record);
    left_out_.push_back(record.step);
  }

  void tell_start() {
    JobRecord record = record_of(JobRecord::Kind::started);
    record.schedule = job_.schedule.text();
    record.timezone = job_.zone.name;
    record.time = time_;
    sink_(record);
  }

  JobResult finish() {
    const bool is_stopped =
        std::find(results_.begin(), results_.end(), Status::stopped) != results_.end();
    if (!failures_.empty()) {
      result_.status = Status::failed;
      result_.text = joined(failures_, 5);
    } else if (is_stopped) {
      result_.status = Status::stopped;
      result_.exit_status = 1;
      result_.text = "stopped";
    } else {
      result_.text = fmt::format("{} step{}", results_.size(), results_.size() == 1 ? "" : "s");
    }
    if (!left_out_.empty()) {
      result_.text += fmt::format("; left out: {}", joined(left_out_, 20));
    }
    JobRecord record = record_of(JobRecord::Kind::ended);
    record.time = time_;
    record.started_at = started_at_;
    record.status = result_.status;
    record.exit_status = result_.exit_status;
    record.text = result_.text;
    sink_(record);
    return result_;
  }

  static std::string joined(const std::vector<std::string>& texts, std::size_t shown) {
    std::string all;
    for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i) {
      all += (i == 0 ? "" : ", ") + texts[i];
    }
    if (texts.size() > shown) all += fmt::format(" and {} more", texts.size() - shown);
    return all;
  }

  JobRecord record_of(JobRecord::Kind kind) const {
    JobRecord record;
    record.kind = kind;
    record.at = world_.now();
    record.job = job_.name;
    record.run = run_;
    return record;
  }

  const Job& job_;
  const std::string run_;
  const std::optional<Instant> time_;
  const StepSettings& settings_;
  World& world_;
  Gate& gate_;
  const RecordSink sink_;
  const Instant started_at_;
  asio::steady_timer changed_;  // never passes; is cancelled when a step has ended
  std::vector<Status> results_;
  std::vector<std::size_t> open_needs_;
  std::vector<std::vector<std::size_t>> needed_by_;
  std::deque<std::size_t> ready_;
  std::size_t running_ = 0;
  JobResult result_;
  std::vector<std::string> failures_;
  std::vector<std::string> left_out_;
};

}  // namespace

Instant SystemWorld::now() { return cartograph::now(); }

asio::awaitable<ProcessEnd> SystemWorld::run(ProcessCommand command, Gate& gate) {
  Process process(co_await asio::this_coro::executor, command);
  const Gate::Entry entry(gate, [&process] { process.stop(); });
  co_return co_await process.wait();
}

asio::awaitable<void> SystemWorld::pause(milliseconds time, Gate& gate) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  const Gate::Entry entry(gate, [&timer] { timer.cancel(); });
  boost::system::error_code cancelled;
  if (gate.is_closed()) co_return;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

std::string make_job_run_id(Instant now) {
  std::string time = to_string(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == '.'; });
  std::uniform_int_distribution<unsigned> part(0, 0xffffff);
  return fmt::format("{}-{:06x}", time, part(random_numbers()));
}

asio::awaitable<JobResult> run_job(const Job& job, std::string run, std::optional<Instant> time,
                                   const StepSettings& settings, World& world, Gate& gate,
                                   RecordSink sink) {
  JobRun all(job, std::move(run), time, settings, world, gate, std::move(sink),
             co_await asio::this_coro::executor);
  co_return co_await all.run();
}

}  // namespace cartograph::orchestration
