// Rows that were rejected, without their text: it may name customers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

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
};
BOOST_DESCRIBE_STRUCT(RejectedPlace, (),
                      (feed, reasons, rows_alike, source_file, source_line, run_id, ingested_at))

}  // namespace cartograph::answers
