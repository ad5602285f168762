// What is, or was, about to run out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct StockAlert {
  static constexpr std::string_view kAnswer = "stock_alerts";
  std::string sku;
  std::optional<std::string> product_name;
  Day opened_on;
  std::optional<Day> resolved_on;
  bool is_open = false;
  std::int64_t days_at_risk = 0;
  std::int64_t on_hand = 0;
  std::int64_t allocated = 0;
  std::int64_t available = 0;
  std::int64_t reorder_point = 0;
  std::int64_t shortfall = 0;
};
BOOST_DESCRIBE_STRUCT(StockAlert, (),
                      (sku, product_name, opened_on, resolved_on, is_open, days_at_risk, on_hand,
                       allocated, available, reorder_point, shortfall))

}  // namespace cartograph::answers
