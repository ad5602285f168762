// A shelf never holds less than nothing: orders wait for what is not there. Promises may exceed it.
#include "datagen/stock.hpp"

#include <algorithm>
#include <string>

namespace cartograph::datagen {
namespace {

using contracts::MovementType;

std::string padded(std::string_view prefix, std::uint32_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  digits.insert(0, width - std::min(digits.size(), width), '0');
  return std::string(prefix) + digits;
}

// About two standard deviations of sales, of which some are of several pieces at once.
std::int64_t safety_stock(std::int64_t expected) {
  std::int64_t root = 0;
  while ((root + 1) * (root + 1) <= expected) ++root;
  return 3 * root + 3;
}

int packs_of_six(std::int64_t units) { return static_cast<int>((units + 5) / 6 * 6); }

}  // namespace

Stock::Stock(std::uint64_t seed, const Calendar& calendar, const Catalogue& catalogue,
             Delivery& delivery)
    : seed_(seed),
      calendar_(calendar),
      catalogue_(catalogue),
      delivery_(delivery),
      levels_(catalogue.size()),
      arrivals_(static_cast<std::size_t>(calendar.days())) {}

void Stock::begin_day(int day) {
  const Seconds morning = calendar_.midnight(day) + 4 * kHour;
  Random random(seed_, Stream::stock_day, static_cast<std::uint64_t>(day));
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const int launched = std::max(0, catalogue_.product(i).launched);
    if (launched != day) continue;
    constexpr int kFirstStockDays = 30;
    const std::int64_t expected = catalogue_.expected_units(i, day, day + kFirstStockDays);
    const std::int64_t units =
        catalogue_.product(i).reorder_point + expected + safety_stock(expected);
    move(MovementType::receipt, i, packs_of_six(units), morning + random.between(0, kHour),
         "OPENING");
  }
  for (const Arrival& arrival : arrivals_[static_cast<std::size_t>(day)]) {
    move(MovementType::receipt, arrival.product, arrival.quantity,
         morning + random.between(kHour, 3 * kHour - 1), padded("PO-", arrival.purchase_order, 6));
    levels_[arrival.product].on_order -= arrival.quantity;
  }
}

void Stock::end_day(int day) {
  Random random(seed_, Stream::stock_day, static_cast<std::uint64_t>(day), 1);
  constexpr std::size_t kCountedEvery = 97;  // days
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    if (!catalogue_.is_sold(i, day)) continue;
    if ((i + static_cast<std::size_t>(day)) % kCountedEvery == 0) count_shelf(i, day, random);
    order_if_low(i, day, random);
  }
}

void Stock::count_shelf(std::size_t product, int day, Random& random) {
  if (!random.chance(2, 5)) return;
  std::int64_t difference = random.between(-3, 2);
  difference = std::max(difference, -levels_[product].on_hand);
  if (difference == 0) return;
  move(MovementType::adjustment, product, static_cast<int>(difference),
       calendar_.midnight(day) + 19 * kHour + random.between(0, 2 * kHour),
       "COUNT-" + to_string(calendar_.day(day)));
}

void Stock::order_if_low(std::size_t product, int day, Random& random) {
  Level& level = levels_[product];
  const auto lead_days = static_cast<int>(3 + product % 9);
  const std::int64_t expected = catalogue_.expected_units(product, day + 1, day + 2 + lead_days);
  const std::int64_t needed =
      catalogue_.product(product).reorder_point + expected + safety_stock(expected);
  const std::int64_t position = level.on_hand - level.allocated + level.on_order;
  if (position >= needed) return;
  const std::int64_t a_month = catalogue_.expected_units(product, day + 1, day + 29);
  const int quantity = packs_of_six(needed - position + a_month);
  // One supplier in 25 cannot be relied upon.
  const bool unreliable = product % 25 == 7;
  const bool late = random.chance(unreliable ? 50 : 2, 100);
  const auto days = lead_days + static_cast<int>(late ? random.between(6, 20) : 0);
  level.on_order += quantity;
  ++purchase_orders_;
  const int arrives = day + days;
  if (arrives < calendar_.days()) {
    arrivals_[static_cast<std::size_t>(arrives)].push_back({product, quantity, purchase_orders_});
  }
}

void Stock::allocate(std::size_t product, int quantity, Seconds at, std::string_view reference) {
  move(MovementType::allocation, product, quantity, at, reference);
}

void Stock::ship(std::size_t product, int quantity, Seconds at, std::string_view reference) {
  move(MovementType::deallocation, product, quantity, at, reference);
  move(MovementType::shipment, product, quantity, at, reference);
}

void Stock::take_back(std::size_t product, int quantity, Seconds at, std::string_view reference) {
  move(MovementType::returned, product, quantity, at, reference);
}

void Stock::move(MovementType type, std::size_t product, int quantity, Seconds at,
                 std::string_view reference) {
  Level& level = levels_[product];
  switch (type) {
    case MovementType::receipt:
    case MovementType::returned:
    case MovementType::adjustment: level.on_hand += quantity; break;
    case MovementType::shipment: level.on_hand -= quantity; break;
    case MovementType::allocation: level.allocated += quantity; break;
    case MovementType::deallocation: level.allocated -= quantity; break;
  }
  const std::string id = padded("M", ++movements_, 9);
  contracts::InventoryMovement row;
  row.movement_id = id;
  row.sku = catalogue_.product(product).sku;
  row.movement_type = type;
  row.quantity = quantity;
  row.occurred_at = instant(at);
  row.reference = reference;
  delivery_.inventory_movements.add(row);
}

}  // namespace cartograph::datagen
