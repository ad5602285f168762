// The published state that is served: notices new runs, asks the warehouse on threads of its own,
// and goes on with what it has while the warehouse cannot be reached. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/snapshot.hpp"

namespace cartograph::api {

struct StateSettings {
  std::string currency;  // of a warehouse that does not say
  std::string timezone;
  int week_begins = 0;  // as StoreFacts has them
  int year_begins = 0;
  int threads = 2;                // that ask the warehouse
  std::size_t waiting_max = 256;  // requests that wait for them
};

class PublishedState {
 public:
  /// What is asked of a snapshot, and what is told where that fails.
  struct Question {
    std::function<void(const std::shared_ptr<Snapshot>&, warehouse::Reader&)> ask;
    std::function<void(const std::exception&)> failed;
  };
  /// Called with each new snapshot, and a reader of it, once it is the current one.
  using OnNewRun = std::function<void(const std::shared_ptr<Snapshot>&, warehouse::Reader&)>;

  PublishedState(warehouse::Warehouse& warehouse, StateSettings settings, OnNewRun on_new_run);
  ~PublishedState();
  PublishedState(const PublishedState&) = delete;
  PublishedState& operator=(const PublishedState&) = delete;

  /// Ends its threads: statements that run are cancelled, questions that wait are dropped.
  void stop();

  /// The run that is served; nothing before the first one.
  std::shared_ptr<Snapshot> current() const;
  /// Since when the warehouse cannot be reached; nothing where it can.
  std::optional<Instant> unreachable_since() const;
  std::size_t waiting() const;

  /// Has a question asked of the current snapshot. False where too many wait already.
  bool submit(Question question);

 private:
  void watch(const std::stop_token& stop);
  void look();
  void install(std::unique_ptr<warehouse::Reader> reader);
  void work(const std::stop_token& stop);
  void answer(const Question& question);
  /// A session that reads `snapshot`; nothing where that is not the latest run any more.
  std::unique_ptr<warehouse::Reader> reader_of(Snapshot& snapshot);
  void reached();
  void not_reached(const std::exception& why);

  warehouse::Warehouse& warehouse_;
  const StateSettings settings_;
  const OnNewRun on_new_run_;

  mutable std::mutex mutex_;
  std::shared_ptr<Snapshot> current_;
  std::optional<Instant> unreachable_since_;
  std::deque<Question> waiting_;
  std::vector<warehouse::Reader*> asking_;  // to be interrupted by stop()
  bool is_outdated_ = true;                 // a run was published that is not the current one
  bool is_stopping_ = false;
  std::condition_variable_any changed_;

  // Only of the thread that watches.
  std::unique_ptr<warehouse::PublicationWatch> watch_;
  std::vector<std::shared_ptr<Snapshot>> leaving_;  // closed here, never in a thread of the server

  std::vector<std::jthread> threads_;
};

}  // namespace cartograph::api
