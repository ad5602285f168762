// The measures of a range by country, channel, payment method, kind of customer, SKU or category.
// For each range the members' amounts and units add up to the whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct BreakdownRow {
  std::string kind;
  std::string member;
  std::optional<std::string> label;
  std::int64_t orders = 0;
  std::int64_t units = 0;
  Money gross_revenue;
  Money discounts;
  Money taxes;
  Money refunds;
  Money net_revenue;
};
BOOST_DESCRIBE_STRUCT(BreakdownRow, (),
                      (kind, member, label, orders, units, gross_revenue, discounts, taxes, refunds,
                       net_revenue))

struct BreakdownByOrder : BreakdownRow {
  static constexpr std::string_view kAnswer = "breakdown_by_order";
};
BOOST_DESCRIBE_STRUCT(BreakdownByOrder, (BreakdownRow), ())

struct BreakdownByLine : BreakdownRow {
  static constexpr std::string_view kAnswer = "breakdown_by_line";
};
BOOST_DESCRIBE_STRUCT(BreakdownByLine, (BreakdownRow), ())

}  // namespace cartograph::answers
