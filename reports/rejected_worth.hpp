// What rejected order items say that they are worth, read off their texts. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "answers/memo_rows.hpp"
#include "base/money.hpp"

namespace cartograph::reports {

/// Quantity times unit price of the order item whose text this is: a JSON object that has both, or
/// a line of CSV without quotes in the contract's seven columns and their order. Nothing where it
/// is laid out otherwise, or either is none that an order item may have.
std::optional<Money> merchandise(std::string_view raw_row);

struct RejectedWorth {
  std::int64_t items = 0;     // rejected
  std::int64_t readable = 0;  // of these, those that say an amount
  Money amount;               // before discounts, without tax
};

/// Of items whose quantity or unit price is at fault nothing is read.
RejectedWorth rejected_worth(const std::vector<answers::RejectedItem>& items);

}  // namespace cartograph::reports
