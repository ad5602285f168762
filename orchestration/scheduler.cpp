// The clock is looked at every second, and not trusted to go on as it did: a machine that slept, or
// whose clock was set, is seen at the next look.
#include "orchestration/scheduler.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <functional>
#include <set>

#include "base/error.hpp"
#include "orchestration/job_log.hpp"
#include "orchestration/schedule.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using OnStop = std::stop_callback<std::function<void()>>;

constexpr milliseconds kLook{1'000};
constexpr milliseconds kOverdueLook{10'000};

std::filesystem::path job_folder(const SchedulerSettings& settings, const std::string& job) {
  return outputs_folder(settings.folder) / job;
}

JobLock lock_job(const SchedulerSettings& settings, const std::string& job) {
  return JobLock(job_folder(settings, job) / ".lock",
                 fmt::format("the job {} is running already; wait until it has ended", job));
}

StepSettings with_outputs(const SchedulerSettings& settings) {
  StepSettings steps = settings.steps;
  steps.outputs = outputs_folder(settings.folder);
  return steps;
}

// Writes records to the log and says when it cannot, and when it can again.
class Recorder {
 public:
  Recorder(const SchedulerSettings& settings, JobObserver& observer)
      : log_(settings.folder), observer_(observer) {}

  JobLog& log() { return log_; }

  void record(const JobRecord& record) {
    const bool was_written = log_.problem().empty();
    if (!log_.add(record) && was_written) observer_.warning(log_.problem());
    if (log_.problem().empty() && !was_written) {
      observer_.warning(
          fmt::format("{} can be written again, and has everything", log_.file().string()));
    }
    observer_.record(record);
  }

 private:
  JobLog log_;
  JobObserver& observer_;
};

class Scheduler {
 public:
  Scheduler(const std::vector<Job>& jobs, const SchedulerSettings& settings, JobObserver& observer)
      : settings_(settings),
        steps_(with_outputs(settings)),
        observer_(observer),
        recorder_(settings, observer),
        schedule_(
            jobs, states_of(recorder_.log().read()),
            [this](const JobRecord& record) { take(record); },
            [this](const std::string& text) { observer_.warning(text); }) {
    log_bytes_ = log_bytes();
  }

  void run(const std::stop_token& stop) {
    settle();
    asio::co_spawn(context_, look(*this), asio::detached);
    const OnStop on_stop(stop, [this] { asio::post(context_, [this] { gate_.close(); }); });
    context_.run();
  }

 private:
  // Runs that a scheduler before this one did not live to see the end of.
  void settle() {
    std::vector<JobRecord> abandoned;
    for (const auto& [job, state] : schedule_.states()) {
      const auto& started = state.last_started;
      if (!started || (state.last_ended && state.last_ended->run == started->run)) continue;
      abandoned.push_back(*started);
    }
    for (const JobRecord& started : abandoned) {
      try {
        const JobLock lock = lock_job(settings_, started.job);
      } catch (const WarehouseBusy&) {
        continue;  // jobs run is at it
      }
      JobRecord record = started;
      record.kind = JobRecord::Kind::ended;
      record.at = world_.now();
      record.started_at = started.at;
      record.status = JobRecord::Status::stopped;
      record.exit_status = 1;
      record.text = "was killed, or the machine stopped";
      take(record);
    }
  }

  static asio::awaitable<void> look(Scheduler& self) {
    Instant overdue_at{};
    while (!self.gate_.is_closed()) {
      const Instant now = self.world_.now();
      self.refresh();
      for (const Due& due : self.schedule_.due(now)) self.begin(due);
      if (now < overdue_at || now.micros >= overdue_at.micros + kOverdueLook.count() * 1000) {
        overdue_at = now;
        for (const Overdue& overdue : self.schedule_.newly_overdue(now)) {
          self.observer_.overdue(overdue);
        }
      }
      co_await self.world_.pause(kLook, self.gate_);
    }
  }

  void begin(const Due& due) {
    if (due.is_late) {
      observer_.warning(
          fmt::format("job {}: {} was missed; it runs now", due.job->name, to_string(due.time)));
    }
    asio::co_spawn(context_, run_one(*this, due), asio::detached);
  }

  static asio::awaitable<void> run_one(Scheduler& self, Due due) {
    const Job& job = *due.job;
    try {
      const JobLock lock = lock_job(self.settings_, job.name);
      self.told_busy_.erase(job.name);
      co_await run_job(job, make_job_run_id(self.world_.now()), due.time, self.steps_, self.world_,
                       self.gate_, [&self](const JobRecord& record) { self.take(record); });
    } catch (const std::exception& error) {
      // Tried again at the next look; said once.
      if (self.told_busy_.insert(job.name).second) self.observer_.warning(error.what());
      self.schedule_.postpone(job.name);
    }
  }

  void take(const JobRecord& record) {
    const std::uintmax_t before = log_bytes();
    recorder_.record(record);
    if (before == log_bytes_) log_bytes_ = log_bytes();
    schedule_.record(record);
  }

  // What another process has added: cartograph jobs run.
  void refresh() {
    if (log_bytes() == log_bytes_ || !recorder_.log().problem().empty()) return;
    try {
      log_bytes_ = log_bytes();
      schedule_.set_states(states_of(recorder_.log().read()));
    } catch (const Error& error) {
      observer_.warning(error.what());
    }
  }

  std::uintmax_t log_bytes() {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(recorder_.log().file(), error);
    return error ? 0 : bytes;
  }

  const SchedulerSettings settings_;
  const StepSettings steps_;
  JobObserver& observer_;
  Recorder recorder_;
  SystemWorld world_;
  asio::io_context context_;
  Gate gate_;
  Schedule schedule_;
  std::uintmax_t log_bytes_ = 0;  // as far as it is known
  std::set<std::string> told_busy_;
};

}  // namespace

std::filesystem::path outputs_folder(const std::filesystem::path& jobs_folder) {
  return jobs_folder / "runs";
}

void run_schedule(const std::vector<Job>& jobs, const SchedulerSettings& settings,
                  JobObserver& observer, std::stop_token stop) {
  const JobLock lock(
      settings.folder / "scheduler.lock",
      fmt::format("another cartograph runs the jobs of {} already; stop that one, or "
                  "give this one another --data",
                  settings.folder.parent_path().string()));
  Scheduler(jobs, settings, observer).run(stop);
}

JobResult run_now(const Job& job, const SchedulerSettings& settings, JobObserver& observer,
                  std::stop_token stop) {
  const JobLock lock = lock_job(settings, job.name);
  const StepSettings steps = with_outputs(settings);
  Recorder recorder(settings, observer);
  SystemWorld world;
  asio::io_context context;
  Gate gate;
  const OnStop on_stop(stop, [&] { asio::post(context, [&] { gate.close(); }); });
  JobResult result;
  asio::co_spawn(context,
                 run_job(job, make_job_run_id(world.now()), std::nullopt, steps, world, gate,
                         [&](const JobRecord& record) { recorder.record(record); }),
                 [&](const std::exception_ptr& error, JobResult ended) {
                   if (error) std::rethrow_exception(error);
                   result = std::move(ended);
                 });
  context.run();
  return result;
}

}  // namespace cartograph::orchestration
