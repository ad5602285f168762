// What is still to be sent, on the disk: one small file, replaced as a whole by each change, so
// that a kill or a full disk leaves it as it was before or after. Several processes may use the
// same folder. Thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "orchestration/file_lock.hpp"

namespace cartograph::orchestration {

/// Something to be sent through one channel. Its bytes are the same at each attempt.
struct Waiting {
  std::string channel;  // command, webhook or lineage
  std::string id;
  std::string body;
  Instant made_at;
  int attempts = 0;
  Instant next_at;  // not to be tried before
};

/// Up to where a warehouse's runs have been told of.
struct Told {
  std::string last_run;                  // its id
  std::vector<std::string> open_alerts;  // that were open then
};

struct OutboxState {
  std::vector<Waiting> waiting;      // oldest first
  std::vector<std::string> known;    // channel and id of what was put in lately, oldest first
  std::map<std::string, Told> told;  // by warehouse

  /// Appends, unless the channel knows the id already.
  void put(Waiting waiting);
};

class Outbox {
 public:
  /// Touches nothing; `folder` is made when it is needed.
  explicit Outbox(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Throws Error where there is a file that cannot be read. One that holds no outbox is moved
  /// aside, which is said, and what waits is empty then.
  OutboxState read() const;

  /// Lets `change` work on the state and keeps what it leaves, before it returns. Throws Error
  /// where that cannot be written; then the state is as it was.
  void change(const std::function<void(OutboxState&)>& change) const;

  /// The turn to send, for as long as the lock is held; nothing where another process has it.
  std::optional<FileLock> turn() const;

  /// Keeps what is given up in undelivered.jsonl, with the reason. Throws Error likewise.
  void give_up(const Waiting& waiting, std::string_view reason) const;
  std::filesystem::path undelivered() const { return folder_ / "undelivered.jsonl"; }

 private:
  FileLock lock() const;
  OutboxState load() const;

  std::filesystem::path folder_;
};

}  // namespace cartograph::orchestration
