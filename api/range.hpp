// Ranges of days: what a request means by its from, to and compare. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/endpoint.hpp"

namespace cartograph::api {

struct Range {
  Day from;
  Day to;
  friend bool operator==(const Range&, const Range&) = default;
};

/// Of what is not given: up to the last day of the data, from the `first` day, or without one the
/// last 30 days. It never ends before it begins.
Range range_of(const Asked& asked, std::optional<Day> first = std::nullopt);

/// What `range` is compared with: the days before it, or those a year before, with `align` weekday
/// 364 days ago, else on the same dates (29 February as 28 February). Nothing with "none".
std::optional<Range> range_before(const Range& range, std::string_view compare,
                                  std::string_view align);

/// `from` and `to` for an answer's meta.
std::vector<std::pair<std::string, std::string>> meta_of(const Range& range);

}  // namespace cartograph::api
