// Rows that were rejected, without their text: it may name customers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/fields.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::answers {

struct RejectedPlace {
  static constexpr std::string_view kAnswer = "rejected_places";
  std::string feed;
  std::string reasons;
  std::int64_t rows_alike = 0;
  std::string source_file;
  std::int64_t source_line = 0;
  std::string run_id;
  Instant ingested_at;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(RejectedPlace, (),
                      (feed, reasons, rows_alike, source_file, source_line, run_id, ingested_at,
                       state))

inline constexpr std::string_view kWaiting = "waiting";
inline constexpr std::string_view kMended = "mended";
inline constexpr std::string_view kDeliveredAgain = "delivered again";

/// Turns the state of those of `rows` from waiting into mended whose key has been staged since. A
/// key stands in a row's text alone, which contracts can read and answers cannot: whoever wires
/// rooms together gives the function. To be thread-safe.
using MarkMended = std::function<void(warehouse::Reader&, std::vector<RejectedPlace>&)>;
inline void mark_none(warehouse::Reader&, std::vector<RejectedPlace>&) {}

}  // namespace cartograph::answers
