// A state of the outbox is read before each attempt and changed after it, since others put in
// events meanwhile.
#include "orchestration/notifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/error.hpp"
#include "base/log.hpp"

namespace cartograph::orchestration {
namespace {

constexpr std::chrono::seconds kFirstPause{10};
constexpr std::chrono::seconds kLongestPause{3600};
constexpr int kGrowth = 3;
constexpr std::int64_t kGivenUpAfterMicros = 3 * kMicrosPerDay;
constexpr std::chrono::milliseconds kAttemptMax{10'000};

// So that many senders do not come back at once.
std::int64_t jittered(std::chrono::seconds pause) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double share = std::uniform_real_distribution<double>(0.8, 1.2)(random);
  return static_cast<std::int64_t>(static_cast<double>(pause.count() * kMicrosPerSecond) * share);
}

bool is_same(const Waiting& a, const Waiting& b) { return a.channel == b.channel && a.id == b.id; }

}  // namespace

std::chrono::seconds pause_after(int attempts) {
  std::chrono::seconds pause = kFirstPause;
  for (int i = 1; i < attempts && pause < kLongestPause; ++i) pause *= kGrowth;
  return std::min(pause, kLongestPause);
}

Notifier::Notifier(const NotifySettings& settings, const std::filesystem::path& data,
                   std::string warehouse, std::function<Instant()> clock,
                   std::optional<std::map<std::string, Channel>> sending)
    : warehouse_(std::move(warehouse)),
      clock_(std::move(clock)),
      channels_(sending ? std::move(*sending) : channels(settings)),
      outbox_(data / "notify") {
  expect_usable(settings);
}

std::string Notifier::last_run() const {
  const OutboxState state = outbox_.read();
  const auto told = state.told.find(warehouse_);
  return told == state.told.end() ? std::string() : told->second.last_run;
}

void Notifier::put(OutboxState& state, const Event& event) const {
  const Instant at = clock_();
  for (const std::string_view channel : {"command", "webhook"}) {
    if (!channels_.contains(std::string(channel))) continue;
    state.put(
        {std::string(channel), event_id(event, warehouse_), to_json(event, warehouse_), at, 0, at});
  }
}

void Notifier::tell(const Event& event) {
  outbox_.change([&](OutboxState& state) { put(state, event); });
}

void Notifier::tell_of_runs(const std::vector<EndedRun>& runs,
                            const std::vector<OpenAlert>& open_alerts, const std::string& last_run,
                            const LineageNames& names) {
  outbox_.change([&](OutboxState& state) {
    Told& told = state.told[warehouse_];
    const EndedRun* published = nullptr;
    for (const EndedRun& run : runs) {
      if (run.run_id <= told.last_run) continue;
      for (const Event& event : events_of(run)) put(state, event);
      if (run.is_published) published = &run;
      if (!channels_.contains("lineage")) continue;
      const Instant at = clock_();
      int number = 0;
      for (const std::string& line : lineage_of(run, names)) {
        state.put({"lineage", fmt::format("{}/{}", lineage_run_id(run.run_id), ++number), line, at,
                   0, at});
      }
    }
    if (published != nullptr) {
      const std::set<std::string> before(told.open_alerts.begin(), told.open_alerts.end());
      std::vector<OpenAlert> opened;
      told.open_alerts.clear();
      for (const OpenAlert& alert : open_alerts) {
        told.open_alerts.push_back(alert.key());
        if (!before.contains(alert.key())) opened.push_back(alert);
      }
      if (!opened.empty()) put(state, alert_event(*published, opened));
    }
    told.last_run = std::max(told.last_run, last_run);
  });
}

// A channel that is not configured any more keeps what waits for it, until that is too old.
std::optional<Waiting> Notifier::next_due(const std::vector<std::string>& left_alone) const {
  const Instant at = clock_();
  for (const Waiting& waiting : outbox_.read().waiting) {
    if (std::ranges::find(left_alone, waiting.channel) != left_alone.end()) continue;
    if (!channels_.contains(waiting.channel)) {
      if (at.micros - waiting.made_at.micros > kGivenUpAfterMicros) return waiting;
      continue;
    }
    // After a clock that was set back nothing waits longer than the longest pause.
    const std::int64_t wait = waiting.next_at.micros - at.micros;
    if (wait <= 0 || wait > 2 * kLongestPause.count() * kMicrosPerSecond) return waiting;
  }
  return std::nullopt;
}

bool Notifier::send(const Waiting& waiting, std::chrono::milliseconds time_max,
                    const std::stop_token& stop) {
  const auto channel = channels_.find(waiting.channel);
  Sent sent{Sent::Result::failed, "it is not configured any more", {}};
  if (channel != channels_.end()) sent = channel->second(waiting, clock_(), time_max, stop);
  if (stop.stop_requested() && sent.result == Sent::Result::failed) return false;

  const Instant at = clock_();
  const bool is_too_old = at.micros - waiting.made_at.micros > kGivenUpAfterMicros;
  const bool is_given_up = sent.result == Sent::Result::refused_for_good ||
                           (sent.result == Sent::Result::failed && is_too_old);
  const std::chrono::seconds pause =
      std::min(kLongestPause, std::max(pause_after(waiting.attempts + 1), sent.wait_min));
  if (is_given_up) {
    outbox_.give_up(waiting, sent.reason);
    log::warning(fmt::format("an event for notify.{} is given up: {}; it is in {}", waiting.channel,
                             sent.reason, outbox_.undelivered().string()));
  } else if (sent.result == Sent::Result::failed) {
    log::warning(
        fmt::format("an event for notify.{} waits, {} failed: {}; it is tried again "
                    "after {} s",
                    waiting.channel,
                    waiting.attempts == 0 ? "the first attempt"
                                          : fmt::format("{} attempts", waiting.attempts + 1),
                    sent.reason, pause.count()));
  }
  outbox_.change([&](OutboxState& state) {
    const auto found = std::ranges::find_if(
        state.waiting, [&](const Waiting& other) { return is_same(other, waiting); });
    if (found == state.waiting.end()) return;
    if (sent.result == Sent::Result::delivered || is_given_up) {
      state.waiting.erase(found);
    } else {
      ++found->attempts;
      found->next_at = Instant{at.micros + jittered(pause)};
    }
  });
  return sent.result != Sent::Result::failed;
}

void Notifier::deliver(std::chrono::milliseconds time_max, const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + time_max;
  const auto turn = outbox_.turn();
  if (!turn) return;
  std::vector<std::string> left_alone;
  while (!stop.stop_requested()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    const auto waiting = next_due(left_alone);
    if (!waiting) return;
    if (!send(*waiting, std::min(left, kAttemptMax), stop)) left_alone.push_back(waiting->channel);
  }
}

}  // namespace cartograph::orchestration
