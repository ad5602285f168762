// The warehouse's own ledger decides what is new; what was taken is remembered here only so that
// no run is started to find nothing, and for an hour at most.
#include "orchestration/watch_rule.hpp"

#include <algorithm>

namespace cartograph::orchestration {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSettlingLook{250};
constexpr milliseconds kFirstRetry{5000};
constexpr milliseconds kLongestRetry{300'000};
constexpr std::int64_t kNanosPerMilli = 1'000'000;

bool has(const Snapshot& files, const std::string& file, const FileState& state) {
  const auto found = files.find(file);
  return found != files.end() && found->second == state;
}

}  // namespace

// Whether anything is another than at the last look.
bool WatchRule::note_changes(const Look& look) {
  bool is_changed = false;
  for (auto entry = seen_.begin(); entry != seen_.end();) {
    const bool is_gone = !look.files.contains(entry->first);
    is_changed = is_changed || is_gone;
    entry = is_gone ? seen_.erase(entry) : std::next(entry);
  }
  for (const auto& [file, state] : look.files) {
    const auto [entry, is_new] = seen_.try_emplace(file, Seen{state, look.at});
    if (!is_new && entry->second.state == state) continue;
    entry->second = {state, look.at};
    is_changed = true;
  }
  return is_changed;
}

bool WatchRule::is_settled(const std::string& file, const FileState& state, const Look& look,
                           std::optional<std::int64_t>& folder_now) const {
  if (has(taken_, file, state)) return true;
  const Knowledge known = look.knows(file);
  if (known == Knowledge::open) return false;
  const bool was_seen_before = look.at - seen_.at(file).since >= kQuiet;
  if (is_polling_ && !was_seen_before) return false;
  if (known == Knowledge::complete) return true;
  if (!folder_now) folder_now = look.folder_now_ns();
  const std::int64_t age_ns = *folder_now - state.modified_ns;
  // A time of the future was set by somebody, and says nothing.
  return age_ns < 0 ? was_seen_before : age_ns >= kQuiet.count() * kNanosPerMilli;
}

milliseconds WatchRule::rest(const Look& look, bool has_unsettled) const {
  if (has_unsettled && !is_polling_) return kSettlingLook;
  milliseconds pause = is_polling_ ? kPollEvery : kLookEvery;
  if (not_before_ && *not_before_ > look.at) pause = std::min(pause, *not_before_ - look.at);
  return pause;
}

Decision WatchRule::look(const Look& look) {
  if (note_changes(look)) last_change_ = look.at;
  if (look.at >= believed_until_) {
    taken_.clear();
    believed_until_ = look.at + kBelievedFor;
  }
  Snapshot settled;
  bool is_wanted = false;
  std::optional<std::int64_t> folder_now;
  for (const auto& [file, state] : look.files) {
    if (!is_settled(file, state, look, folder_now)) continue;
    is_wanted = is_wanted || !has(taken_, file, state);
    settled.emplace(file, state);
  }
  const bool has_unsettled = settled.size() < look.files.size();
  const bool has_failed = failed_ && *failed_ == settled;
  const bool has_to_wait = not_before_ && look.at < *not_before_;
  if (!is_wanted || has_failed || has_to_wait) {
    wanted_since_.reset();
    return {false, {}, rest(look, has_unsettled)};
  }
  if (!wanted_since_) wanted_since_ = look.at;
  const milliseconds quiet_at = last_change_ + kBurstPause;
  const milliseconds latest = *wanted_since_ + kBurstMax;
  const milliseconds due_at = std::min(quiet_at, latest);
  if (due_at > look.at) return {false, {}, std::min(due_at - look.at, kSettlingLook)};
  return {true, std::move(settled), kSettlingLook};
}

void WatchRule::ended(RunEnd end, const Snapshot& files, milliseconds at) {
  wanted_since_.reset();
  if (end == RunEnd::may_pass) {
    const int doublings = std::min(passing_failures_++, 10);
    not_before_ = at + std::min(kFirstRetry * (1 << doublings), kLongestRetry);
    return;
  }
  not_before_.reset();
  passing_failures_ = 0;
  if (end == RunEnd::failed) {
    failed_ = files;
    return;
  }
  failed_.reset();
  taken_ = files;
}

}  // namespace cartograph::orchestration
