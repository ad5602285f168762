// When a run is due, and which files it may take: the rule of `watch`, without clock or file. It is
// shown the folder whenever somebody looks, and told how runs end. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "orchestration/landing_folder.hpp"

namespace cartograph::orchestration {

/// What is known of a file beside its state.
enum class Knowledge {
  nothing,
  open,     // somebody has it open for writing
  complete  // it was renamed into its place
};

/// The folder at one moment.
struct Look {
  std::chrono::milliseconds at{0};  // by a clock that only goes forward
  Snapshot files;
  std::function<std::int64_t()> folder_now_ns;  // asked where something depends on it
  std::function<Knowledge(const std::string& file)> knows;
};

struct Decision {
  bool is_run_due = false;
  Snapshot files;                           // that it may take
  std::chrono::milliseconds look_again{0};  // after this, where nothing is heard before
};

/// How a run ended: all is taken that it was given; or it failed of it; or it failed of something
/// that may pass.
enum class RunEnd { taken, failed, may_pass };

class WatchRule {
 public:
  /// In a folder that tells of no change a file has to be the same in two looks as well.
  explicit WatchRule(bool is_polling) : is_polling_(is_polling) {}

  Decision look(const Look& look);
  /// `files` are those of the decision.
  void ended(RunEnd end, const Snapshot& files, std::chrono::milliseconds at);

 private:
  struct Seen {
    FileState state;
    std::chrono::milliseconds since;
  };
  bool note_changes(const Look& look);
  bool is_settled(const std::string& file, const FileState& state, const Look& look,
                  std::optional<std::int64_t>& folder_now) const;
  std::chrono::milliseconds rest(const Look& look, bool has_unsettled) const;

  const bool is_polling_;
  std::map<std::string, Seen> seen_;
  std::chrono::milliseconds last_change_{0};
  std::optional<std::chrono::milliseconds> wanted_since_;
  Snapshot taken_;  // the warehouse has these
  std::chrono::milliseconds believed_until_{0};
  std::optional<Snapshot> failed_;  // a run has failed of these
  std::optional<std::chrono::milliseconds> not_before_;
  int passing_failures_ = 0;
};

inline constexpr std::chrono::milliseconds kQuiet{1000};             // of a file, to be whole
inline constexpr std::chrono::milliseconds kBurstPause{500};         // of the folder, to be one run
inline constexpr std::chrono::milliseconds kBurstMax{10'000};        // no run waits longer for that
inline constexpr std::chrono::milliseconds kLookEvery{30'000};       // where nothing is heard
inline constexpr std::chrono::milliseconds kPollEvery{5000};         // where nothing can be heard
inline constexpr std::chrono::milliseconds kBelievedFor{3'600'000};  // that the warehouse has it

}  // namespace cartograph::orchestration
