// Redraws only when what it shows changes.
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace cartograph::cli {

Progress::Progress(bool quiet) : on_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

void Progress::show(std::string_view phase, std::int64_t done, std::int64_t all) {
  if (!on_) return;
  constexpr int kWidth = 30;
  const double share =
      all > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(all), 0.0, 1.0) : 1.0;
  const int filled = static_cast<int>(share * kWidth);
  std::string bar;
  for (int i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
  const std::string text = fmt::format("\r\033[K{:<24} {} {:3.0f} %", phase, bar, share * 100);
  const std::lock_guard lock(mutex_);
  if (text == last_) return;
  last_ = text;
  drawn_ = true;
  std::fputs(text.c_str(), stderr);
}

void Progress::clear() {
  const std::lock_guard lock(mutex_);
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
  last_.clear();
}

}  // namespace cartograph::cli
