// Rejected rows: what was wrong with them, and their text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct QuarantineTotal {
  static constexpr std::string_view kAnswer = "quarantine_totals";
  std::int64_t rows = 0;
  std::int64_t runs = 0;
};
BOOST_DESCRIBE_STRUCT(QuarantineTotal, (), (rows, runs))

struct RejectedReason {
  static constexpr std::string_view kAnswer = "rejected_reasons";
  std::string feed;
  std::string reason;
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(RejectedReason, (), (feed, reason, rows))

struct RejectedRow {
  static constexpr std::string_view kAnswer = "rejected_rows";
  std::string run_id;
  std::string source_file;
  std::int64_t line = 0;
  std::string feed;
  std::string reasons;
  std::optional<std::string> raw_row;
};
BOOST_DESCRIBE_STRUCT(RejectedRow, (), (run_id, source_file, line, feed, reasons, raw_row))

struct RejectedText {
  static constexpr std::string_view kAnswer = "rejected_texts";
  std::string source_file;
  std::string checksum;
  std::int64_t line = 0;
  std::string reasons;
  std::string raw_row;
};
BOOST_DESCRIBE_STRUCT(RejectedText, (), (source_file, checksum, line, reasons, raw_row))

}  // namespace cartograph::answers
