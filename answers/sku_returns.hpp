// How often what was sold came back, by product.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct SkuReturns {
  static constexpr std::string_view kAnswer = "returns_by_sku";
  std::string sku;
  std::optional<std::string> product_name;
  std::optional<std::string> category;
  std::int64_t orders = 0;
  std::int64_t orders_returned = 0;
};
BOOST_DESCRIBE_STRUCT(SkuReturns, (), (sku, product_name, category, orders, orders_returned))

}  // namespace cartograph::answers
