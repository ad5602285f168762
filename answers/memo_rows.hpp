// What only the memo of a report asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct LargestSale {
  static constexpr std::string_view kAnswer = "largest_sales";
  std::string order_id;
  Day sold_date;
  Money net_revenue;
};
BOOST_DESCRIBE_STRUCT(LargestSale, (), (order_id, sold_date, net_revenue))

struct LandedRows {
  static constexpr std::string_view kAnswer = "landed_rows";
  std::string feed;
  Day landing_date;
  std::int64_t rows_read = 0;
  std::int64_t rows_quarantined = 0;
};
BOOST_DESCRIBE_STRUCT(LandedRows, (), (feed, landing_date, rows_read, rows_quarantined))

struct RejectedItem {
  static constexpr std::string_view kAnswer = "rejected_items";
  std::string reasons;
  std::optional<std::string> raw_row;
};
BOOST_DESCRIBE_STRUCT(RejectedItem, (), (reasons, raw_row))

}  // namespace cartograph::answers
