// The checks that a single field's description cannot express.
#include "contracts/feeds.hpp"

#include <string>

namespace cartograph::contracts {
namespace {

struct State {
  OrderStatus status;
  std::string_view name;
  Timestamp Order::*reached_at;
  std::size_t field = field_index<Order>(name);
};

constexpr State kStates[] = {{OrderStatus::paid, "paid_at", &Order::paid_at},
                             {OrderStatus::fulfilled, "fulfilled_at", &Order::fulfilled_at},
                             {OrderStatus::delivered, "delivered_at", &Order::delivered_at},
                             {OrderStatus::returned, "returned_at", &Order::returned_at}};

constexpr std::string_view name_of(OrderStatus status) {
  return kOrderStatusWords[static_cast<std::size_t>(status)];
}

}  // namespace

// One reason a field, the first of: missing for the status, of a later state, before an earlier
// one.
void Contract<Order>::check_row(const Order& order, Faults& faults) {
  const OrderStatus status = *order.status;
  Instant earlier = *order.created_at;
  std::string_view earlier_name = "created_at";
  for (const State& state : kStates) {
    const Timestamp& reached_at = order.*state.reached_at;
    const bool needed = state.status == status ||
                        (status == OrderStatus::returned && state.status == OrderStatus::delivered);
    if (!reached_at) {
      if (needed) {
        faults.add(state.field, std::string("required when status is ").append(name_of(status)));
      }
      continue;
    }
    if (state.status > status) {
      faults.add(state.field, std::string("set although status is ").append(name_of(status)));
    } else if (*reached_at < earlier) {
      faults.add(state.field, std::string("before ").append(earlier_name));
    }
    earlier = *reached_at;
    earlier_name = state.name;
  }
}

void Contract<OrderItem>::check_row(const OrderItem& item, Faults& faults) {
  const bool is_taken_back = *item.quantity == 0;
  if (!is_taken_back && *item.discount_amount > *item.unit_price * *item.quantity) {
    faults.add(field_index<OrderItem>("discount_amount"), "above quantity x unit_price");
  }
}

// Only an adjustment may lower a counter by itself; of an unknown type only 0 is wrong.
void Contract<InventoryMovement>::check_fields(const InventoryMovement& movement, Faults& faults) {
  constexpr std::size_t quantity = field_index<InventoryMovement>("quantity");
  if (!movement.quantity || faults.has(quantity)) return;
  const bool needs_positive =
      movement.movement_type && *movement.movement_type != MovementType::adjustment;
  if (*movement.quantity == 0 || (needs_positive && *movement.quantity < 0)) {
    faults.add(quantity, "out of range");
  }
}

}  // namespace cartograph::contracts
