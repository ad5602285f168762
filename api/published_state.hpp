// The published state that is served: notices new runs, asks the warehouse on threads of its own,
// and goes on with what it has while the warehouse cannot be reached. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
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
  std::chrono::milliseconds answer_max{
      30'000};  // for what is asked of the warehouse for one answer
};

class PublishedState {
 public:
  /// What is asked of a snapshot, and what is told where that fails: with a Problem (503) where it
  /// took too long.
  struct Question {
    std::function<void(const std::shared_ptr<Snapshot>&, warehouse::Reader&)> ask;
    std::function<void(const std::exception&)> failed;
  };
  /// Called with each new snapshot, and a reader of it, before it is the current one: so that what
  /// is asked first is there, also when the warehouse goes away at once. It becomes the current one
  /// when `ready` is called, or at the end; where TransientError is thrown before, later.
  using OnNewRun = std::function<void(const std::shared_ptr<Snapshot>&, warehouse::Reader&,
                                      const std::function<void()>& ready)>;

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
  // A reader that is at work, to be interrupted by stop() and when its time is over.
  struct Asking {
    warehouse::Reader* reader;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    bool is_overdue = false;
  };

  void watch(const std::stop_token& stop);
  void look();
  void install(std::unique_ptr<warehouse::Reader> reader);
  void make_current(const std::shared_ptr<Snapshot>& snapshot);
  void work(const std::stop_token& stop);
  void answer(const Question& question);
  /// Asks within the time that an answer has.
  void ask(const Question& question, const std::shared_ptr<Snapshot>& snapshot,
           warehouse::Reader& reader);
  void interrupt_overdue(const std::stop_token& stop);
  std::unique_ptr<warehouse::Reader> open();
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
  std::list<Asking> asking_;
  bool is_outdated_ = true;  // a run was published that is not the current one
  bool is_stopping_ = false;
  std::condition_variable_any changed_;

  // Only of the thread that watches.
  std::unique_ptr<warehouse::PublicationWatch> watch_;
  std::vector<std::shared_ptr<Snapshot>> leaving_;  // closed here, never in a thread of the server

  std::vector<std::jthread> threads_;
};

}  // namespace cartograph::api
