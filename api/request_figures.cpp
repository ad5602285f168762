// Buckets are counted apart and summed up when they are shown.
#include "api/request_figures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartograph::api {

void RequestFigures::count(const std::string& path, int status, std::chrono::microseconds took) {
  const double seconds = static_cast<double>(took.count()) / 1e6;
  const auto place = std::ranges::lower_bound(kSeconds, seconds) - kSeconds.begin();
  const std::lock_guard lock(mutex_);
  ++requests_[{path, status}];
  Durations& durations = durations_[path];
  ++durations.buckets[static_cast<std::size_t>(place)];
  durations.seconds += seconds;
  ++durations.count;
}

std::string RequestFigures::text() const {
  std::string out =
      "# HELP cartograph_http_requests_total Requests that were answered.\n"
      "# TYPE cartograph_http_requests_total counter\n";
  const std::lock_guard lock(mutex_);
  for (const auto& [key, number] : requests_) {
    out += fmt::format("cartograph_http_requests_total{{path=\"{}\",status=\"{}\"}} {}\n",
                       key.first, key.second, number);
  }
  constexpr std::string_view kName = "cartograph_http_request_duration_seconds";
  out += fmt::format(
      "# HELP {0} From the head of a request to its response.\n# TYPE {0} histogram\n", kName);
  for (const auto& [path, durations] : durations_) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kSeconds.size(); ++i) {
      sum += durations.buckets[i];
      out += fmt::format("{}_bucket{{path=\"{}\",le=\"{}\"}} {}\n", kName, path, kSeconds[i], sum);
    }
    out += fmt::format(
        "{0}_bucket{{path=\"{1}\",le=\"+Inf\"}} {2}\n{0}_sum{{path=\"{1}\"}} {3}\n"
        "{0}_count{{path=\"{1}\"}} {2}\n",
        kName, path, durations.count, durations.seconds);
  }
  return out;
}

}  // namespace cartograph::api
