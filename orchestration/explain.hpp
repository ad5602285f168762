// A job for people: its steps as a graph, its policies, its next times. Pure functions.
#pragma once

#include <chrono>
#include <string>

#include "base/instant.hpp"
#include "base/time_zone.hpp"
#include "orchestration/job.hpp"

namespace cartograph::orchestration {

/// The job, and its next five times after `now`, in local time and UTC, with what a change of the
/// clocks does to them. Ends with a line's end.
std::string explain(const Job& job, Instant now);

/// "Sun 2026-03-29 03:00", as clocks of the zone show it.
std::string local_text(const TimeZone& zone, Instant instant);

/// "90 s", "2 h", "7 days": in the largest unit that fits it.
std::string text_of(std::chrono::milliseconds duration);

}  // namespace cartograph::orchestration
