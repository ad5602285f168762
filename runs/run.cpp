// Retrying, which is all that a run does beyond its attempts.
#include "runs/run.hpp"

#include <fmt/format.h>

#include <optional>
#include <thread>

#include "base/error.hpp"
#include "runs/attempt.hpp"

namespace cartograph::runs {

RunOutcome run(const RunSettings& settings, Source source, RunObserver& observer) {
  const RetryPolicy& policy = settings.retries;
  std::optional<Attempt::Earlier> earlier;
  auto pause = policy.first_pause;
  for (int number = 1;; ++number, pause *= policy.pause_growth) {
    std::string error;
    {
      // What an attempt holds is let go of before the pause.
      Attempt attempt(settings, source, observer, earlier);
      try {
        return attempt.run();
      } catch (const TransientError& transient) {
        error = transient.what();
        if (number >= policy.attempts_max) {
          throw Error(fmt::format("{} Tried {} times.", error, number));
        }
        // One that could not even begin says nothing of the one before it.
        if (attempt.has_begun()) earlier = {attempt.outcome(RunStatus::published), error};
      } catch (const WarehouseBusy& busy) {
        // The server may not have noticed yet that the attempt before has lost its connection.
        if (number == 1 || number >= policy.attempts_max) throw;
        error = busy.what();
      }
    }
    observer.warning(fmt::format("{} Trying again in {:g} s, attempt {} of {}.", error,
                                 std::chrono::duration<double>(pause).count(), number + 1,
                                 policy.attempts_max));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace cartograph::runs
