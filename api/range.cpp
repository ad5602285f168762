// Days only: time zones were settled when the day of each sale was.
#include "api/range.hpp"

namespace cartograph::api {
namespace {

constexpr std::int32_t kDaysShown = 30;

Day year_before(Day day) {
  auto date = civil(day) - std::chrono::years{1};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return Day{static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
}

}  // namespace

Range range_of(const Asked& asked, std::optional<Day> first) {
  const Arguments& given = asked.arguments;
  // Without any sale every range is empty.
  const Day last = asked.snapshot.published().as_of.value_or(Day{});
  Range range{};
  range.to = given.day("to").value_or(std::max(last, given.day("from").value_or(last)));
  range.from =
      given.day("from").value_or(std::min(range.to, first.value_or(range.to + -(kDaysShown - 1))));
  return range;
}

std::optional<Range> range_before(const Range& range, std::string_view compare,
                                  std::string_view align) {
  if (compare == "none") return std::nullopt;
  if (compare == "previous_period") {
    const std::int32_t days = range.to.since_epoch - range.from.since_epoch + 1;
    return Range{range.from + -days, range.to + -days};
  }
  if (align == "date") return Range{year_before(range.from), year_before(range.to)};
  return Range{range.from + -364, range.to + -364};
}

std::vector<std::pair<std::string, std::string>> meta_of(const Range& range) {
  return {{"from", to_string(range.from)}, {"to", to_string(range.to)}};
}

}  // namespace cartograph::api
