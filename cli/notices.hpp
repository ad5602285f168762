// Tells of runs as [notify] says: looks up in the run log what has ended since it was told last,
// puts the events in the outbox and sends what is due, for a bounded time. A run is never worse off
// for it: what goes wrong is a warning.
#pragma once

#include <exception>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "cli/config.hpp"
#include "orchestration/notifier.hpp"

namespace cartograph::cli {

class Notices {
 public:
  /// To be made before the run: what was before the first one of all is not told of. Throws
  /// UsageError where [notify] cannot be used.
  explicit Notices(const Config& config);

  /// After a run of any outcome that the run log may have.
  void run_ended(const std::stop_token& stop = {});

  /// After one that failed with `error`; its id is empty where it did not come so far. One that
  /// has met another run is no failure.
  void run_failed(std::string_view command, const std::string& run_id, const std::exception& error,
                  const std::stop_token& stop = {});

 private:
  void begin();
  void tell_of_logged_runs();
  void deliver(const std::stop_token& stop);

  const Config& config_;
  std::optional<orchestration::Notifier> notifier_;  // nothing where [notify] is empty
};

/// What an outbox of this configuration is made with: also for who tells of jobs. Nothing where
/// [notify] is empty.
std::optional<orchestration::Notifier> notifier(const Config& config);

/// Sends what is due, as it comes, in a thread of its own until that is stopped: a receiver that
/// hangs holds up nobody else.
std::jthread empty_outbox(const Config& config);

/// Sends what is due, for a bounded time.
void deliver_notices(const Config& config);

/// The URL of the warehouse as others know it: without a password, with an absolute path.
std::string known_warehouse(const Config& config);

}  // namespace cartograph::cli
