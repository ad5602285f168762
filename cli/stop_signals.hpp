// SIGTERM and SIGINT as a request to stop, for a command that has something to clear up. The first
// one asks whoever works; the second one ends the process, as it would have without this.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace cartograph::cli {

class StopSignals {
 public:
  /// To be made before any other thread: they inherit that these signals are not theirs.
  StopSignals();
  /// Signals mean again what they did before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Says when to stop.
  std::stop_token token() const { return source_.get_token(); }

 private:
  void wait();

  sigset_t before_;   // what was blocked before
  sigset_t signals_;  // that stop
  sigset_t awaited_;  // and the one that ends the waiting
  std::stop_source source_;
  std::atomic<bool> is_ending_ = false;
  std::thread waiter_;
  std::thread stopper_;
};

}  // namespace cartograph::cli
