// A step stands once in the graph, below the last of the steps that it needs; the others are named.
#include "orchestration/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace cartograph::orchestration {
namespace {

constexpr int kTimesShown = 5;

std::string clock_text(std::int64_t micros_of_day) {
  const std::int64_t minutes = micros_of_day / (60 * kMicrosPerSecond);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string words(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) {
    const bool is_plain = !word.empty() && word.find_first_of(" \t\n\"'$;&|") == std::string::npos;
    text += (text.empty() ? "" : " ") + (is_plain ? word : fmt::format("'{}'", word));
  }
  return text;
}

class Graph {
 public:
  explicit Graph(const Job& job) : job_(job), below_(job.steps.size()) {
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
      const auto& needs = job.steps[i].needs;
      (needs.empty() ? roots_ : below_[needs.back()]).push_back(i);
    }
  }

  std::string text() {
    for (const std::size_t root : roots_) draw(root, "  ", "  ");
    std::size_t width = 0;
    for (const auto& [name, what] : lines_) width = std::max(width, columns(name));
    std::string text;
    for (const auto& [name, what] : lines_) {
      text += name + std::string(width - columns(name) + 2, ' ') + what + "\n";
    }
    return text;
  }

 private:
  void draw(std::size_t index, const std::string& before, const std::string& before_below) {
    const Step& step = job_.steps[index];
    std::string what = words(step.command);
    std::string others;
    for (std::size_t i = 0; i + 1 < step.needs.size(); ++i) {
      others += (i == 0 ? "" : ", ") + job_.steps[step.needs[i]].name;
    }
    if (!others.empty()) what += fmt::format("  (after {} too)", others);
    what += fmt::format("  [{}", text_of(step.timeout));
    if (step.retries.count > 0) what += fmt::format(", {} retries", step.retries.count);
    lines_.emplace_back(before + step.name, what + "]");
    const auto& below = below_[index];
    for (std::size_t i = 0; i < below.size(); ++i) {
      const bool is_last = i + 1 == below.size();
      draw(below[i], before_below + (is_last ? "└─ " : "├─ "),
           before_below + (is_last ? "   " : "│  "));
    }
  }

  // Characters, of UTF-8: all of ours take one column.
  static std::size_t columns(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
  }

  const Job& job_;
  std::vector<std::size_t> roots_;
  std::vector<std::vector<std::size_t>> below_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string next_times(const Job& job, Instant now) {
  std::string text;
  Instant after = now;
  for (int i = 0; i < kTimesShown; ++i) {
    const auto time = next_explained(job.schedule, job.zone, after);
    if (!time) break;
    after = time->at;
    std::string note;
    if (time->is_twice) note = "  runs twice";
    if (time->is_moved) {
      note = "  moved to " + clock_text(local_time(job.zone, time->at).micros);
    }
    text += fmt::format("  {}  {}Z{}\n", local_text(job.zone, time->at),
                        to_string(time->at).substr(0, 16), note);
  }
  return text;
}

}  // namespace

std::string text_of(std::chrono::milliseconds duration) {
  struct Unit {
    std::int64_t milliseconds;
    const char* one;
    const char* many;
  };
  static constexpr std::array<Unit, 4> kUnits = {Unit{86'400'000, "day", "days"},
                                                 Unit{3'600'000, "h", "h"},
                                                 Unit{60'000, "min", "min"}, Unit{1'000, "s", "s"}};
  for (const Unit& unit : kUnits) {
    const std::int64_t count = duration.count() / unit.milliseconds;
    if (count > 0 && duration.count() % unit.milliseconds == 0) {
      return fmt::format("{} {}", count, count == 1 ? unit.one : unit.many);
    }
  }
  return fmt::format("{} ms", duration.count());
}

std::string local_text(const TimeZone& zone, Instant instant) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
  const LocalTime shown = local_time(zone, instant);
  const auto weekday = std::chrono::weekday(std::chrono::sys_days(civil(shown.day))).c_encoding();
  return fmt::format("{} {} {}", kDays[weekday], to_string(shown.day), clock_text(shown.micros));
}

std::string explain(const Job& job, Instant now) {
  std::string text =
      fmt::format("{}{}{}\n", job.name, job.description.empty() ? "" : ": ", job.description);
  text += fmt::format("  file      {}{}\n", job.source, job.is_enabled ? "" : " (not enabled)");
  text += fmt::format("  schedule  {} in {}, {}\n", job.schedule.text(), job.zone.name,
                      job.schedule.is_interval() ? "an interval" : "fixed times");
  text += fmt::format("  missed    {}\n",
                      job.missed == Missed::skip
                          ? "times that were missed are not made up for"
                          : fmt::format("one run for all times that were missed within {}",
                                        text_of(job.catch_up_within)));
  text +=
      fmt::format("  overdue   {} after a time without success\n\n", text_of(job.overdue_after));
  text += fmt::format("Steps, at most {} at the same time\n{}\n", job.parallel, Graph(job).text());
  const std::size_t width = local_text(job.zone, now).size();
  text += fmt::format("Next times\n  {:<{}}  UTC\n", "local time", width);
  return text + next_times(job, now);
}

}  // namespace cartograph::orchestration
