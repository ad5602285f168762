// A progress bar on standard error, on a terminal only.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace cartograph::cli {

class Progress {
 public:
  explicit Progress(bool quiet);

  /// Draws the bar of `phase`; may be called from any thread and as often as one likes.
  void show(std::string_view phase, std::int64_t done, std::int64_t all);
  /// Takes the bar away.
  void clear();

 private:
  std::mutex mutex_;
  bool on_;
  bool drawn_ = false;
  std::string last_;
};

}  // namespace cartograph::cli
