// Retrying, which is all that a run does beyond its attempts. An attempt of which it is not known
// whether it was committed is asked for by the next one.
#include "runs/run.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "base/stopping.hpp"
#include "runs/attempt.hpp"

namespace cartograph::runs {
namespace {

void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, time, [] { return false; });
  expect_not_stopped(stop);
}

RunOutcome try_until_done(const RunSettings& settings, Source source, RunObserver& observer,
                          std::optional<RunOutcome>& unsure) {
  const RetryPolicy& policy = settings.retries;
  auto time = policy.first_pause;
  for (int number = 1;; ++number, time *= policy.pause_growth) {
    const bool is_last = number >= policy.attempts_max;
    std::string error;
    try {
      return Attempt(settings, source, observer, unsure).run();
    } catch (const TransientError& transient) {
      error = transient.what();
      if (is_last) throw TransientError(fmt::format("{} Tried {} times.", error, number));
    } catch (const WarehouseBusy& busy) {
      // The server may not have noticed yet that the attempt before has lost its connection.
      if (number == 1 || is_last) throw;
      error = busy.what();
    }
    observer.warning(fmt::format("{} Trying again in {:g} s, attempt {} of {}.", error,
                                 std::chrono::duration<double>(time).count(), number + 1,
                                 policy.attempts_max));
    pause(time, settings.stop);
  }
}

}  // namespace

RunOutcome run(const RunSettings& settings, Source source, RunObserver& observer) {
  std::optional<RunOutcome> unsure;
  try {
    return try_until_done(settings, source, observer, unsure);
  } catch (const std::exception& error) {
    if (!unsure) throw;
    throw UnknownOutcome(
        fmt::format("{}\nIt is not known whether run {} was published; the next run finds out.",
                    error.what(), unsure->run_id));
  }
}

}  // namespace cartograph::runs
