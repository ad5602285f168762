// Makes things ahead of whoever takes them in order: while one is worked on, threads wait for the
// disk or the network of the next ones. At most a window of them is there, or being made, at once.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace cartograph::ingestion {

template <class Thing>
class Ahead {
 public:
  /// Makes the things 0 to `count` - 1 by `make`, which is called from several threads.
  Ahead(std::size_t count, std::size_t threads, std::size_t window,
        std::function<Thing(std::size_t number)> make)
      : window_(window), make_(std::move(make)), things_(count) {
    for (std::size_t i = 0; i < std::min(threads, count); ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }
  /// Waits for those that are being made, and begins no others.
  ~Ahead() {
    for (std::jthread& thread : threads_) thread.request_stop();
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// Waits for one. To be called once for each, in order or nearly so, by any threads. Throws what
  /// making it has thrown.
  Thing take(std::size_t number) {
    std::unique_lock lock(mutex_);
    made_.wait(lock, [&] { return things_[number].thing || things_[number].failure; });
    ++taken_;
    taken_one_.notify_all();
    if (things_[number].failure) std::rethrow_exception(things_[number].failure);
    Thing thing = std::move(*things_[number].thing);
    things_[number].thing.reset();
    return thing;
  }

 private:
  struct Place {
    std::optional<Thing> thing;
    std::exception_ptr failure;
  };

  void work(const std::stop_token& stop) {
    while (true) {
      std::size_t number = 0;
      {
        std::unique_lock lock(mutex_);
        if (!taken_one_.wait(lock, stop, [&] {
              return begun_ == things_.size() || begun_ < taken_ + window_;
            })) {
          return;
        }
        if (begun_ == things_.size() || stop.stop_requested()) return;
        number = begun_++;
      }
      Place place;
      try {
        place.thing.emplace(make_(number));
      } catch (...) {
        place.failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      things_[number] = std::move(place);
      made_.notify_all();
    }
  }

  const std::size_t window_;
  const std::function<Thing(std::size_t)> make_;
  std::mutex mutex_;
  std::condition_variable made_;
  std::condition_variable_any taken_one_;
  std::size_t begun_ = 0;
  std::size_t taken_ = 0;
  std::vector<Place> things_;
  std::vector<std::jthread> threads_;  // the last member: they use the others
};

}  // namespace cartograph::ingestion
