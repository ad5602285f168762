// What a server runs beside itself, in threads of their own. Where one of them fails the server is
// stopped, and the failure is its end.
#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace cartograph::cli {

class Beside {
 public:
  /// What is run is stopped when `stop` is.
  explicit Beside(const std::stop_token& stop)
      : on_stop_(stop, [this] { source_.request_stop(); }) {}
  ~Beside() { join(); }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  /// For who works with them: a stop, or that one of them has failed.
  std::stop_token token() const { return source_.get_token(); }

  /// Begins one more; it returns when its token is stopped.
  void run(std::function<void(const std::stop_token&)> work) {
    threads_.emplace_back([this, work = std::move(work)] {
      try {
        work(source_.get_token());
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        source_.request_stop();
      }
    });
  }

  /// Stops all of them and waits for them. Throws what the first one failed with.
  void end() {
    join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void join() {
    source_.request_stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::stop_source source_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace cartograph::cli
