// Tells of what happened, through the channels of [notify]: events wait in an outbox on the disk
// until they are delivered, and are tried again with growing pauses. Whoever puts one in never
// waits for a receiver; whoever delivers says for how long. At least once: a receiver knows a
// second delivery by its id. Thread-safe; several processes may have one of the same folder.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "orchestration/channels.hpp"
#include "orchestration/lineage.hpp"
#include "orchestration/outbox.hpp"
#include "orchestration/run_events.hpp"

namespace cartograph::orchestration {

class Notifier {
 public:
  /// The outbox is DATA/notify. `warehouse` is the URL without a password. Throws UsageError where
  /// the settings cannot be used; touches nothing yet. `clock` and `sending`
  /// are for tests.
  Notifier(const NotifySettings& settings, const std::filesystem::path& data, std::string warehouse,
           std::function<Instant()> clock = now,
           std::optional<std::map<std::string, Channel>> sending = std::nullopt);

  /// Up to which run was told; empty before the first.
  std::string last_run() const;

  /// Puts in the events of runs that ended, oldest first, and of the alerts that are open now and
  /// were not when it was asked last. `last_run` is the newest run that has ended, whatever came of
  /// it. What was told before is passed over. Throws Error where nothing can be written.
  void tell_of_runs(const std::vector<EndedRun>& runs, const std::vector<OpenAlert>& open_alerts,
                    const std::string& last_run, const LineageNames& names);

  /// Puts in one event. Throws Error likewise.
  void tell(const Event& event);

  /// Sends what is due, oldest first, for `time_max` at most. A channel that fails is left alone
  /// until the next call. Returns at once where another process is sending. Failures are warnings.
  void deliver(std::chrono::milliseconds time_max, const std::stop_token& stop = {});

  std::size_t waiting() const { return outbox_.read().waiting.size(); }

 private:
  void put(OutboxState& state, const Event& event) const;
  bool send(const Waiting& waiting, std::chrono::milliseconds time_max,
            const std::stop_token& stop);
  std::optional<Waiting> next_due(const std::vector<std::string>& left_alone) const;

  const std::string warehouse_;
  const std::function<Instant()> clock_;
  const std::map<std::string, Channel> channels_;
  const Outbox outbox_;
};

/// How long to wait after so many failed attempts: 10 s, then three times as long each time, at
/// most an hour.
std::chrono::seconds pause_after(int attempts);

}  // namespace cartograph::orchestration
