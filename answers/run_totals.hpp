// What all runs did together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct RunTotals {
  static constexpr std::string_view kAnswer = "run_totals";
  std::string command;
  std::string status;
  std::int64_t runs = 0;
  std::optional<Instant> last_end;
  std::int64_t rows_read = 0;
  std::int64_t rows_staged = 0;
  std::int64_t rows_quarantined = 0;
};
BOOST_DESCRIBE_STRUCT(RunTotals, (),
                      (command, status, runs, last_end, rows_read, rows_staged, rows_quarantined))

}  // namespace cartograph::answers
