// The published run that a report is of, and what holds for all of its figures.
#pragma once

#include <optional>
#include <string>

#include "answers/ask.hpp"
#include "answers/rejected.hpp"

namespace cartograph::reports {

/// What the warehouse does not say.
struct StoreSettings {
  std::string currency = "USD";
  std::string timezone = "UTC";
  int week_begins = 0;  // days before Monday: 1 for Sunday
  int year_begins = 0;  // months after January
  answers::MarkMended mark_mended = answers::mark_none;
};

/// Days, both ends included.
struct Range {
  Day from;
  Day to;
  std::int32_t days() const { return to.since_epoch - from.since_epoch + 1; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// So many days earlier.
inline Range moved(const Range& range, std::int32_t days) {
  return {range.from + -days, range.to + -days};
}

struct PublishedStore {
  std::optional<warehouse::Published> published;  // nothing before the first run that publishes
  StoreSettings settings;
  std::optional<Day> first_day;  // of the first sale

  std::optional<Day> as_of() const { return published ? published->as_of : std::nullopt; }
  /// The last `days` of the data; one day without any sale.
  Range last_days(std::int32_t days) const {
    const Day last = as_of().value_or(Day{});
    return {as_of() ? last + (1 - days) : last, last};
  }
  /// Whether the data reach back over all of `range`.
  bool covers(const Range& range) const { return first_day && *first_day <= range.from; }
};

PublishedStore published_store(warehouse::Reader& reader, const StoreSettings& settings);

/// `{"data": DATA, "meta": {…}}` as the API answers it; `data` is a JSON array of `count` elements.
std::string answer_json(const PublishedStore& store, std::string_view data, std::size_t count);

}  // namespace cartograph::reports
