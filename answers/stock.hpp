// What is asked about stock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct SkuFacts {
  static constexpr std::string_view kAnswer = "sku_facts";
  std::string sku;
  std::optional<std::string> product_name;
  std::optional<std::string> category;
  std::int64_t reorder_point = 0;
  bool is_inferred = false;
  std::optional<Instant> updated_at;
  std::optional<std::string> source;
  std::optional<Day> last_day;
};
BOOST_DESCRIBE_STRUCT(SkuFacts, (),
                      (sku, product_name, category, reorder_point, is_inferred, updated_at, source,
                       last_day))

struct StockDay {
  static constexpr std::string_view kAnswer = "stock_days";
  Day date;
  std::int64_t received = 0;
  std::int64_t shipped = 0;
  std::int64_t returned = 0;
  std::int64_t adjusted = 0;
  std::int64_t allocated_change = 0;
  std::int64_t on_hand = 0;
  std::int64_t allocated = 0;
  std::int64_t available = 0;
  std::int64_t reorder_point = 0;
  bool is_at_risk = false;
};
BOOST_DESCRIBE_STRUCT(StockDay, (),
                      (date, received, shipped, returned, adjusted, allocated_change, on_hand,
                       allocated, available, reorder_point, is_at_risk))

struct SkuMovement {
  static constexpr std::string_view kAnswer = "sku_movements";
  std::string movement_id;
  Instant occurred_at;
  std::string movement_type;
  std::int64_t quantity = 0;
  std::optional<std::string> reference;
  std::int64_t on_hand = 0;
  std::int64_t allocated = 0;
  std::string source;
};
BOOST_DESCRIBE_STRUCT(SkuMovement, (),
                      (movement_id, occurred_at, movement_type, quantity, reference, on_hand,
                       allocated, source))

}  // namespace cartograph::answers
