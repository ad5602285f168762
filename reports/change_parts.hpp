// A change taken apart arithmetically, exactly: ratios are fractions of whole numbers, and the
// parts, each rounded to the cent, add up to the change. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/money.hpp"

namespace cartograph::reports {

/// A factor of a product: customers (under 1), orders / customers, cents / orders.
struct Ratio {
  std::int64_t over = 0;
  std::int64_t under = 1;
};

/// What each factor has in the change of their product, an amount in cents: its Shapley value, the
/// mean of its effects over all orders in which the factors can change. Nothing where a factor has
/// nothing below its line, or a part is no amount any more.
std::optional<std::vector<Money>> product_parts(const std::vector<Ratio>& before,
                                                const std::vector<Ratio>& after);

/// Orders and their amount in one group, before and after.
struct GroupChange {
  std::int64_t orders_before = 0;
  Money amount_before;
  std::int64_t orders_after = 0;
  Money amount_after;
};

/// The change of the average amount an order, after Kitagawa: what came with other shares of the
/// groups, and what with other averages inside them. `change` is their sum.
struct AverageParts {
  Money change;
  Money mix;
  Money inside;
};

/// Nothing where there are no orders before or after. A group that is in one of the two only is all
/// mix.
std::optional<AverageParts> average_parts(const std::vector<GroupChange>& groups);

}  // namespace cartograph::reports
