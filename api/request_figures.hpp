// What the server did, for Prometheus: requests by path and status, how long they took.
// Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace cartograph::api {

class RequestFigures {
 public:
  /// `path` is a route's, never what a client made up: there would be a series for each.
  void count(const std::string& path, int status, std::chrono::microseconds took);
  /// In the text format of Prometheus.
  std::string text() const;

 private:
  static constexpr std::array<double, 10> kSeconds = {0.0005, 0.001, 0.005, 0.01, 0.05,
                                                      0.1,    0.5,   1,     5,    10};
  struct Durations {
    std::array<std::uint64_t, kSeconds.size() + 1> buckets{};
    double seconds = 0;
    std::uint64_t count = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Durations, std::less<>> durations_;
};

}  // namespace cartograph::api
