// One loop: look, run or wait. A hint of the system only ends the waiting early.
#include "orchestration/watcher.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <fstream>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "orchestration/durable_file.hpp"
#include "orchestration/file_lock.hpp"
#include "orchestration/folder_events.hpp"
#include "orchestration/process.hpp"
#include "orchestration/watch_rule.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t kFailuresBeforeWarning = 5;

milliseconds steady_now() {
  return std::chrono::duration_cast<milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

// As run --settled reads it: names may hold anything but the NUL that ends each entry.
std::string list_of(const Snapshot& files) {
  std::string text;
  for (const auto& [file, state] : files) {
    text += fmt::format("{} {} {} {} {}", state.device, state.inode, state.bytes, state.modified_ns,
                        file);
    text += '\0';
  }
  return text;
}

class Watcher {
 public:
  explicit Watcher(const WatchSettings& settings)
      : settings_(settings),
        folder_(settings.landing),
        timer_(context_),
        events_(context_.get_executor(), folder_, settings.is_polling, [this] { timer_.cancel(); }),
        rule_(!events_.silence().empty()) {
    if (!events_.silence().empty()) {
      log::info(fmt::format("looking at {} every {} s: {}", settings.landing.string(),
                            kPollEvery.count() / 1000, events_.silence()));
    }
  }

  void run(const std::stop_token& stop) {
    std::exception_ptr failure;
    asio::co_spawn(context_, loop(), [&](std::exception_ptr error) {
      failure = error;
      context_.stop();
    });
    const std::stop_callback on_stop(stop, [this] { asio::post(context_, [this] { end(); }); });
    context_.run();
    if (failure) std::rethrow_exception(failure);
  }

 private:
  void end() {
    is_ending_ = true;
    timer_.cancel();
    if (process_) process_->stop();
  }

  asio::awaitable<void> loop() {
    while (!is_ending_) {
      const Decision decision = look();
      if (decision.is_run_due) {
        co_await run_job(decision.files);
      } else {
        co_await wait(decision.look_again);
      }
    }
  }

  // A folder that cannot be read is waited for: a network may be away.
  Decision look() {
    try {
      events_.listen();
      const Snapshot files = folder_.scan();
      Look seen;
      seen.at = steady_now();
      seen.files = files;
      seen.folder_now_ns = [this] { return folder_.now_ns(); };
      seen.knows = [&](const std::string& file) { return events_.knows(file, files.at(file)); };
      if (is_away_) log::info(fmt::format("{} is there again", settings_.landing.string()));
      is_away_ = false;
      return rule_.look(seen);
    } catch (const Error& error) {
      if (!is_away_) log::warning(error.what());
      is_away_ = true;
      events_.forget();
      return {false, {}, kPollEvery};
    }
  }

  asio::awaitable<void> wait(milliseconds time) {
    timer_.expires_after(time);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }

  asio::awaitable<void> run_job(const Snapshot& files) {
    const std::filesystem::path settled = settings_.folder / "settled";
    const std::filesystem::path outcome = settings_.folder / "outcome.json";
    std::error_code ignored;
    std::filesystem::remove(outcome, ignored);
    try {
      replace_file(settled, list_of(files));
    } catch (const Error& error) {
      log::error(fmt::format("no run was started: {}", error.what()));
      rule_.ended(RunEnd::may_pass, files, steady_now());
      co_return;
    }
    ProcessCommand command;
    command.words = settings_.run;
    command.words.insert(command.words.end(),
                         {"--settled", settled.string(), "--outcome", outcome.string()});
    command.environment = settings_.environment;
    command.output_file = settings_.folder / "run.log";
    command.grace = std::chrono::seconds(30);
    process_.emplace(context_.get_executor(), command);
    const ProcessEnd end = co_await process_->wait();
    process_.reset();
    if (is_ending_) co_return;
    rule_.ended(judge(end, outcome), files, steady_now());
    tell(end);
  }

  // What came of a run: by its exit status, and for what may pass by its own word.
  static RunEnd judge(const ProcessEnd& end, const std::filesystem::path& outcome) {
    if (end.kind != ProcessEnd::Kind::exited) return RunEnd::may_pass;
    if (end.status == 0) return RunEnd::taken;
    if (end.status > 2) return RunEnd::may_pass;
    std::ifstream file(outcome);
    std::ostringstream text;
    text << file.rdbuf();
    boost::system::error_code error;
    const auto said = boost::json::parse(text.str(), error);
    if (error || !said.is_object()) return end.status == 1 ? RunEnd::may_pass : RunEnd::failed;
    const auto* may_pass = said.as_object().if_contains("may_pass");
    return may_pass != nullptr && may_pass->is_bool() && may_pass->as_bool() ? RunEnd::may_pass
                                                                             : RunEnd::failed;
  }

  void tell(const ProcessEnd& end) {
    if (end.kind == ProcessEnd::Kind::exited && end.status == 0) {
      failures_ = 0;
      log::info(end.last_lines);
    } else if (end.kind == ProcessEnd::Kind::exited && end.status == 3) {
      // Another run is at work, which takes what is new, or leaves it to the next one.
      if (++failures_ == kFailuresBeforeWarning) log::warning(end.last_lines);
    } else {
      log::error(fmt::format("a run has failed ({})\n{}", end.text, end.last_lines));
    }
  }

  const WatchSettings& settings_;
  const LandingFolder folder_;
  asio::io_context context_;
  asio::steady_timer timer_;
  FolderEvents events_;
  WatchRule rule_;
  std::optional<Process> process_;
  std::size_t failures_ = 0;
  bool is_ending_ = false;
  bool is_away_ = false;
};

}  // namespace

void watch(const WatchSettings& settings, std::stop_token stop) {
  std::error_code error;
  if (!std::filesystem::is_directory(settings.landing, error)) {
    throw UsageError(
        fmt::format("there is no landing folder {}; make it, or name another with --landing",
                    settings.landing.string()));
  }
  std::filesystem::create_directories(settings.folder, error);
  const auto lock = FileLock::try_for(settings.folder / "lock");
  if (!lock) {
    throw WarehouseBusy(fmt::format("another cartograph watches already for {}",
                                    settings.folder.parent_path().string()));
  }
  Watcher(settings).run(stop);
}

}  // namespace cartograph::orchestration
