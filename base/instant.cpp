// Text forms of days and instants.
#include "base/instant.hpp"

#include <fmt/compile.h>

namespace cartograph {

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      if (part == 2) return std::nullopt;
      ++part;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    parts[part] = parts[part] * 10 + (c - '0');
  }
  if (part != 2) return std::nullopt;
  return day_of(parts[0], static_cast<unsigned>(parts[1]), static_cast<unsigned>(parts[2]));
}

std::string to_string(Day day) {
  const auto date = civil(day);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string to_string(Instant instant) {
  const Day day = utc_day(instant);
  const std::int64_t of_day = instant.micros - day.start_utc().micros;
  const std::int64_t seconds = of_day / kMicrosPerSecond;
  return fmt::format(FMT_COMPILE("{}T{:02}:{:02}:{:02}.{:06}Z"), to_string(day), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, of_day % kMicrosPerSecond);
}

Instant now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

}  // namespace cartograph
