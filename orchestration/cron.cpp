// Between two changes of a zone what clocks show and instants differ by a constant, so each such
// stretch is searched by what clocks show; what a change passes over or repeats is looked at where
// the stretch begins.
#include "orchestration/cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace cartograph::orchestration {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMinutesPerDay = 1440;
constexpr int kDaysOfCalendarCycle = 146'097;  // 400 years, after which weekdays repeat

struct Field {
  std::string_view name;
  int first;
  int last;
  std::vector<std::string> names;  // of the values from `first` on
};

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> all = {
      Field{"minute", 0, 59, {}}, Field{"hour", 0, 23, {}}, Field{"day of month", 1, 31, {}},
      Field{"month",
            1,
            12,
            {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      Field{"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}};
  return all;
}

// Reads one field of an expression; what is wrong names the expression, the field and the part.
class FieldReader {
 public:
  FieldReader(std::string_view expression, const Field& field, std::string_view text)
      : expression_(expression), field_(field), text_(text) {}

  /// The values that it names.
  std::vector<int> values() const {
    std::vector<int> found;
    std::string_view rest = text_;
    while (true) {
      const std::size_t comma = rest.find(',');
      add(found, rest.substr(0, comma));
      if (comma == std::string_view::npos) return found;
      rest.remove_prefix(comma + 1);
    }
  }

 private:
  void add(std::vector<int>& found, std::string_view part) const {
    const std::size_t slash = part.find('/');
    const std::string_view range = part.substr(0, slash);
    const std::size_t dash = range.find('-');
    int from = field_.first;
    int to = field_.last;
    int step = 1;
    if (range != "*") {
      from = value(range.substr(0, dash));
      to = dash == std::string_view::npos ? from : value(range.substr(dash + 1));
      if (to < from) refuse(part, "ends before it begins");
    }
    if (slash != std::string_view::npos) {
      if (range != "*" && dash == std::string_view::npos) {
        refuse(part, "steps from nowhere; write a range before the /, or *");
      }
      const std::string_view number = part.substr(slash + 1);
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), step);
      if (error != std::errc{} || end != number.data() + number.size() || step < 1) {
        refuse(part, "has no number of 1 or more after the /");
      }
    }
    for (int number = from; number <= to; number += step) {
      found.push_back(number);
      if (step > to - number) break;
    }
  }

  int value(std::string_view word) const {
    int number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc{} && end == word.data() + word.size()) {
      if (number >= field_.first && number <= field_.last) return number;
      refuse(word, fmt::format("is not from {} to {}", field_.first, field_.last));
    }
    std::string name(word);
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const auto known = std::find(field_.names.begin(), field_.names.end(), name);
    if (known != field_.names.end()) {
      return field_.first + static_cast<int>(known - field_.names.begin());
    }
    refuse(word,
           word.empty() || field_.names.empty()
               ? fmt::format("is no number from {} to {}", field_.first, field_.last)
               : fmt::format("is no name; the nearest one is {}", nearest(name, field_.names)));
  }

  [[noreturn]] void refuse(std::string_view part, std::string_view why) const {
    throw UsageError(fmt::format("schedule '{}': {} '{}' {}", expression_, field_.name, part, why));
  }

  std::string_view expression_;
  const Field& field_;
  std::string_view text_;
};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(" \t")));
    text.remove_prefix(words.back().size());
  }
}

std::string_view expanded(std::string_view text) {
  static const std::array<std::pair<std::string_view, std::string_view>, 4> kShort = {
      {{"@hourly", "0 * * * *"},
       {"@daily", "0 0 * * *"},
       {"@weekly", "0 0 * * 0"},
       {"@monthly", "0 0 1 * *"}}};
  if (!text.starts_with('@')) return text;
  std::vector<std::string> known;
  for (const auto& [name, meaning] : kShort) {
    if (name == text) return meaning;
    known.emplace_back(name);
  }
  throw UsageError(fmt::format("schedule '{}': there is no such name; the nearest one is {}", text,
                               nearest(text, known)));
}

std::int64_t round_up(std::int64_t micros) {
  const std::int64_t down = micros / kMicrosPerMinute - (micros % kMicrosPerMinute < 0 ? 1 : 0);
  return down + (down * kMicrosPerMinute < micros ? 1 : 0);
}

}  // namespace

Cron::Cron(std::string_view text) : text_(text) {
  const auto words = words_of(expanded(text));
  if (words.size() != fields().size()) {
    throw UsageError(fmt::format(
        "schedule '{}' has {} fields; it takes five (minute, hour, day of month, month, day of "
        "week), or @hourly, @daily, @weekly or @monthly",
        text, words.size()));
  }
  std::array<std::vector<int>, 5> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = FieldReader(text_, fields()[i], words[i]).values();
  }
  for (const int value : values[0]) minutes_.set(static_cast<std::size_t>(value));
  for (const int value : values[1]) hours_.set(static_cast<std::size_t>(value));
  for (const int value : values[2]) days_.set(static_cast<std::size_t>(value));
  for (const int value : values[3]) months_.set(static_cast<std::size_t>(value));
  for (const int value : values[4]) weekdays_.set(static_cast<std::size_t>(value % 7));
  is_either_day_ = !words[2].starts_with('*') && !words[4].starts_with('*');
  is_interval_ =
      words[0].find('*') != std::string_view::npos || words[1].find('*') != std::string_view::npos;
  for (int day = 0; day < kDaysOfCalendarCycle; ++day) {
    if (matches_day(Day{day})) return;
  }
  throw UsageError(fmt::format("schedule '{}' never comes: no month of its has such a day", text));
}

bool Cron::matches_day(Day day) const {
  const auto date = civil(day);
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const bool is_day = days_.test(static_cast<unsigned>(date.day()));
  const auto weekday = std::chrono::weekday(std::chrono::sys_days(date)).c_encoding();
  const bool is_weekday = weekdays_.test(weekday);
  return is_either_day_ ? is_day || is_weekday : is_day && is_weekday;
}

bool Cron::matches(LocalTime time) const {
  const std::int64_t minute = time.micros / kMicrosPerMinute;
  return hours_.test(static_cast<std::size_t>(minute / 60)) &&
         minutes_.test(static_cast<std::size_t>(minute % 60)) && matches_day(time.day);
}

std::optional<std::int64_t> Cron::find(std::int64_t from, std::int64_t to) const {
  std::int64_t minute = from;
  while (minute < to) {
    const Day day = utc_day({minute * kMicrosPerMinute});
    const std::int64_t midnight = day.since_epoch * kMinutesPerDay;
    if (!matches_day(day)) {
      minute = midnight + kMinutesPerDay;
      continue;
    }
    const auto of_day = static_cast<std::size_t>(minute - midnight);
    if (!hours_.test(of_day / 60)) {
      minute = midnight + static_cast<std::int64_t>((of_day / 60 + 1) * 60);
    } else if (!minutes_.test(of_day % 60)) {
      ++minute;
    } else {
      return minute;
    }
  }
  return std::nullopt;
}

std::optional<Instant> Cron::next(const TimeZone& zone, Instant after) const {
  const auto& offsets = zone.offsets;
  const auto later =
      std::upper_bound(offsets.begin() + 1, offsets.end(), after,
                       [](Instant left, const UtcOffset& right) { return left < right.at; });
  for (auto stretch = later - 1; stretch != offsets.end(); ++stretch) {
    const std::int64_t offset = stretch->seconds_east * kMicrosPerSecond;
    const std::int64_t end =
        stretch + 1 == offsets.end() ? kZonesEnd.micros : (stretch + 1)->at.micros;
    std::int64_t begin = after.micros + 1;
    if (stretch != offsets.begin() && stretch->at > after) {
      begin = stretch->at.micros;
      // What clocks showed last before the change: more than now where they were put back.
      const std::int64_t before = begin + (stretch - 1)->seconds_east * kMicrosPerSecond;
      if (!is_interval_ && find(round_up(before), round_up(begin + offset))) return stretch->at;
    }
    if (!is_interval_ && stretch != offsets.begin()) {
      begin = std::max(
          begin, stretch->at.micros - offset + (stretch - 1)->seconds_east * kMicrosPerSecond);
    }
    const auto found = find(round_up(begin + offset), round_up(end + offset));
    if (found) return Instant{*found * kMicrosPerMinute - offset};
  }
  return std::nullopt;
}

std::optional<Instant> Cron::last(const TimeZone& zone, Instant after, Instant until) const {
  // Backwards in stretches that become longer: the last time is mostly near.
  for (std::int64_t back = 2 * kMicrosPerDay;; back *= 4) {
    const Instant from = std::max(after, Instant{until.micros - back});
    std::optional<Instant> found;
    for (auto time = next(zone, from); time && *time <= until; time = next(zone, *time)) {
      found = time;
    }
    if (found || from == after) return found;
  }
}

std::optional<CronTime> next_explained(const Cron& cron, const TimeZone& zone, Instant after) {
  const auto at = cron.next(zone, after);
  if (!at) return std::nullopt;
  const LocalTime shown = local_time(zone, *at);
  const bool is_repeated = look_up(zone, shown).occurrence == Occurrence::repeated;
  const bool is_change = std::any_of(zone.offsets.begin() + 1, zone.offsets.end(),
                                     [&](const UtcOffset& offset) { return offset.at == *at; });
  return CronTime{*at, is_change && !cron.matches(shown), cron.is_interval() && is_repeated};
}

}  // namespace cartograph::orchestration
