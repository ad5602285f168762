// An order carries its own chance, so that its life depends on nothing but seed, number and stock.
#include "datagen/orders.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "datagen/words.hpp"

namespace cartograph::datagen {
namespace {

using contracts::OrderStatus;
using contracts::PaymentMethod;

std::string padded(std::string_view prefix, std::uint32_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 8 - std::min<std::size_t>(digits.size(), 8), '0');
  return std::string(prefix) + digits;
}

std::string order_id(std::uint32_t number) { return padded("O", number); }

contracts::Timestamp when(Seconds at) {
  if (at == 0) return std::nullopt;
  return instant(at);
}

std::optional<PaymentMethod> draw_method(Random& random) {
  // card, paypal, bank_transfer, wallet, gift_card, cash_on_delivery, unknown
  constexpr std::array<int, 7> kWeights{46, 22, 9, 12, 3, 7, 1};
  const std::size_t index = random.weighted(kWeights);
  if (index == 6) return std::nullopt;
  return static_cast<PaymentMethod>(index);
}

// Half a cent goes up.
std::int64_t per_mille(std::int64_t cents, std::int64_t rate) {
  return (cents * rate + 500) / 1000;
}

}  // namespace

Orders::Orders(std::uint64_t seed, const Calendar& calendar, const Catalogue& catalogue,
               Customers& customers, Stock& stock, Delivery& delivery)
    : seed_(seed),
      calendar_(calendar),
      catalogue_(catalogue),
      customers_(customers),
      stock_(stock),
      delivery_(delivery),
      later_(static_cast<std::size_t>(calendar.days())) {}

void Orders::live_through(int day) {
  const auto later_first = [](const Due& a, const Due& b) {
    return a.at != b.at ? a.at > b.at : a.number > b.number;
  };
  today_ = std::move(later_[static_cast<std::size_t>(day)]);
  open_new_orders(day);
  std::make_heap(today_.begin(), today_.end(), later_first);
  while (!today_.empty()) {
    std::pop_heap(today_.begin(), today_.end(), later_first);
    const std::uint32_t slot = today_.back().slot;
    today_.pop_back();
    OpenOrder& order = open_[slot];
    take_step(order, day);
    const int next_day = calendar_.index_of(order.due);
    // What happens later on the same day is sent with it, but for an order now and then.
    if (order.is_unsent && (order.is_done || next_day > day || order.number % 16 == 0)) {
      send(order);
    }
    if (order.is_done || next_day >= calendar_.days()) {
      free_slots_.push_back(slot);
    } else if (next_day > day) {
      later_[static_cast<std::size_t>(next_day)].push_back({order.due, order.number, slot});
    } else {
      today_.push_back({order.due, order.number, slot});
      std::push_heap(today_.begin(), today_.end(), later_first);
    }
  }
  send_stray_rows(day);
}

void Orders::open_new_orders(int day) {
  Random random(seed_, Stream::order_times, static_cast<std::uint64_t>(day));
  std::vector<Seconds> times(static_cast<std::size_t>(calendar_.orders_on(day)));
  for (Seconds& time : times) time = Calendar::shopping_time(random);
  std::sort(times.begin(), times.end());
  for (const Seconds time : times) {
    OpenOrder order(Random(seed_, Stream::order, ++orders_));
    order.number = orders_;
    order.due = order.created_at = calendar_.midnight(day) + time;
    std::uint32_t slot = 0;
    if (free_slots_.empty()) {
      slot = static_cast<std::uint32_t>(open_.size());
      open_.push_back(order);
    } else {
      slot = free_slots_.back();
      free_slots_.pop_back();
      open_[slot] = order;
    }
    today_.push_back({order.due, order.number, slot});
  }
}

void Orders::take_step(OpenOrder& order, int day) {
  switch (order.next) {
    case Step::create: return create(order, day);
    case Step::pay: return pay(order);
    case Step::fulfil: return fulfil(order);
    case Step::deliver: return deliver(order);
    case Step::send_some_back: return send_some_back(order);
    case Step::send_all_back: return send_all_back(order);
  }
}

void Orders::create(OpenOrder& order, int day) {
  Random& random = order.random;
  order.customer = customers_.choose(day, order.created_at, random, delivery_);
  constexpr std::uint32_t kGiftPercent = 4;  // shipped to somebody elsewhere
  const bool elsewhere = order.customer == 0 || random.chance(kGiftPercent, 100);
  order.country = elsewhere ? static_cast<std::uint8_t>(random.weighted(kCountryWeights))
                            : customers_.country(order.customer);
  constexpr std::array<int, kChannels.size()> kChannelWeights{52, 30, 11, 5, 2};
  order.channel = static_cast<std::uint8_t>(random.weighted(kChannelWeights));
  order.method = draw_method(random);
  order.is_unsent = true;
  fill_basket(order, day);

  if (order.method == PaymentMethod::cash_on_delivery) {
    promise(order, order.created_at);
    return;
  }
  const bool by_transfer = order.method == PaymentMethod::bank_transfer;
  if (random.chance(by_transfer ? 8 : 3, 100)) {  // never paid
    order.is_done = true;
    return;
  }
  order.next = Step::pay;
  order.due += by_transfer ? random.between(10 * kHour, 4 * kDay) : random.between(15, 240);
}

void Orders::fill_basket(OpenOrder& order, int day) {
  Random& random = order.random;
  constexpr std::array<int, kLinesMax> kLineWeights{30, 27, 19, 12, 8, 4};
  constexpr std::array<int, 6> kQuantityWeights{82, 11, 3, 2, 0, 2};
  const std::size_t wanted = random.weighted(kLineWeights) + 1;
  for (std::size_t line = 0; line < wanted; ++line) {
    auto product = static_cast<std::uint32_t>(catalogue_.choose(day, random));
    // Most look for something else when it is sold out.
    if (stock_.available(product) <= 0 && random.chance(4, 5)) {
      product = static_cast<std::uint32_t>(catalogue_.choose(day, random));
    }
    const bool twice = std::any_of(order.lines.begin(), order.lines.begin() + order.line_count,
                                   [&](const Line& other) { return other.product == product; });
    if (twice) continue;
    order.lines[order.line_count].product = product;
    order.lines[order.line_count].quantity =
        static_cast<std::uint8_t>(random.weighted(kQuantityWeights) + 1);
    send_line(order, order.line_count++, day, random);
  }
}

void Orders::send_line(const OpenOrder& order, std::size_t line, int day, Random& random) {
  const Line& bought = order.lines[line];
  const Product& product = catalogue_.product(bought.product);
  const std::int64_t merchandise = product.price_cents * bought.quantity;
  const bool sale = calendar_.is_sale_day(day);
  std::int64_t discount = 0;
  const std::uint32_t percent = random.below(100);
  if (percent < (sale ? 20U : 5U)) {
    discount = per_mille(merchandise, 200);
  } else if (percent < (sale ? 50U : 17U)) {
    discount = per_mille(merchandise, 100);
  }
  const std::string id = order_id(order.number);
  contracts::OrderItem row;
  row.order_id = id;
  row.line_number = static_cast<std::int32_t>(line + 1);
  row.sku = product.sku;
  row.quantity = bought.quantity;
  row.unit_price = Money{product.price_cents};
  if (discount > 0 || kChannels[order.channel] != "marketplace") {
    row.discount_amount = Money{discount};
  }
  row.tax_amount =
      Money{per_mille(merchandise - discount, kCountries[order.country].tax_per_mille)};
  delivery_.order_items.add(row);
}

void Orders::pay(OpenOrder& order) {
  order.paid_at = order.due;
  order.status = OrderStatus::paid;
  order.is_unsent = true;
  promise(order, order.due);
}

void Orders::promise(OpenOrder& order, Seconds at) {
  const std::string reference = order_id(order.number);
  for (std::size_t line = 0; line < order.line_count; ++line) {
    stock_.allocate(order.lines[line].product, order.lines[line].quantity, at, reference);
  }
  order.next = Step::fulfil;
  order.due =
      Calendar::working_time(at + order.random.between(2 * kHour, 34 * kHour), order.random);
}

void Orders::fulfil(OpenOrder& order) {
  const auto lines = std::span(order.lines).first(order.line_count);
  const bool all_there = std::all_of(lines.begin(), lines.end(), [&](const Line& line) {
    return stock_.on_hand(line.product) >= line.quantity;
  });
  if (!all_there) {
    const Seconds tomorrow = order.due - order.due % kDay + kDay;
    order.due = Calendar::working_time(tomorrow, order.random);
    return;
  }
  const std::string reference = order_id(order.number);
  for (const Line& line : lines) stock_.ship(line.product, line.quantity, order.due, reference);
  order.fulfilled_at = order.due;
  order.status = OrderStatus::fulfilled;
  order.is_unsent = true;
  if (order.random.chance(1, 150)) {  // lost on its way
    order.is_done = true;
    return;
  }
  const Country& country = kCountries[order.country];
  const Seconds days = order.random.between(country.delivery_days_min, country.delivery_days_max);
  order.next = Step::deliver;
  order.due += days * kDay;
  order.due += 8 * kHour + order.random.between(0, 11 * kHour) - order.due % kDay;
}

void Orders::deliver(OpenOrder& order) {
  Random& random = order.random;
  order.delivered_at = order.due;
  order.status = OrderStatus::delivered;
  order.is_unsent = true;
  const std::uint32_t fate = random.below(1000);
  if (fate >= 80) {
    order.is_done = true;
    return;
  }
  order.next = fate < 34 ? Step::send_all_back : Step::send_some_back;
  order.may_still_return = fate >= 76;      // some pieces first, then all the rest
  const bool late = random.chance(7, 100);  // past the days in which money is paid back
  order.due += late ? random.between(31 * kDay, 50 * kDay) : random.between(2 * kDay, 26 * kDay);
}

void Orders::send_some_back(OpenOrder& order) {
  Random& random = order.random;
  const std::string reference = order_id(order.number);
  const std::size_t first = random.below(order.line_count);
  const std::size_t lines =
      std::min<std::size_t>(order.line_count - first, random.chance(1, 5) + 1);
  for (std::size_t i = first; i < first + lines; ++i) {
    Line& line = order.lines[i];
    const std::int64_t quantity = random.between(1, line.quantity);
    line.quantity_back = static_cast<std::uint8_t>(quantity);
    const std::string id = padded("R", ++returns_);
    contracts::Return row;
    row.return_id = id;
    row.order_id = reference;
    row.line_number = static_cast<std::int32_t>(i + 1);
    row.quantity = static_cast<std::int32_t>(quantity);
    row.returned_at = instant(order.due);
    if (!random.chance(1, 8)) row.reason = random.one_of(kReturnReasons);
    delivery_.returns.add(row);
    restock(order, i, static_cast<int>(quantity));
  }
  if (!order.may_still_return) {
    order.is_done = true;
    return;
  }
  order.next = Step::send_all_back;
  order.due += random.between(kDay, 5 * kDay);
}

void Orders::send_all_back(OpenOrder& order) {
  order.returned_at = order.due;
  order.status = OrderStatus::returned;
  order.is_unsent = true;
  order.is_done = true;
  for (std::size_t i = 0; i < order.line_count; ++i) {
    const int rest = order.lines[i].quantity - order.lines[i].quantity_back;
    if (rest > 0) restock(order, i, rest);
  }
}

// What is broken is not put back on the shelf.
void Orders::restock(OpenOrder& order, std::size_t line, int quantity) {
  if (order.random.chance(1, 10)) return;
  stock_.take_back(order.lines[line].product, quantity, order.due, order_id(order.number));
}

// Rows whose order is never sent: of orders that were only tests, and from before the story.
void Orders::send_stray_rows(int day) {
  Random random(seed_, Stream::stray_rows, static_cast<std::uint64_t>(day));
  constexpr std::uint32_t kOneStrayIn = 14;  // days
  const Seconds noon = calendar_.midnight(day) + 12 * kHour;
  if (random.chance(1, kOneStrayIn)) {
    const std::string id = padded("TEST", ++strays_);
    const Product& product = catalogue_.product(catalogue_.choose(day, random));
    contracts::OrderItem row;
    row.order_id = id;
    row.line_number = 1;
    row.sku = product.sku;
    row.quantity = 1;
    row.unit_price = Money{product.price_cents};
    delivery_.order_items.add(row);
  }
  if (random.chance(1, kOneStrayIn)) {
    const std::string id = padded("R", ++returns_);
    const std::string order = padded("OLD", random.below(1'000'000));
    contracts::Return row;
    row.return_id = id;
    row.order_id = order;
    row.line_number = 1;
    row.quantity = 1;
    row.returned_at = instant(noon);
    row.reason = kReturnReasons.front();
    delivery_.returns.add(row);
  }
}

void Orders::send(OpenOrder& order) {
  const std::string id = order_id(order.number);
  const std::string customer = order.customer == 0 ? std::string() : customer_id(order.customer);
  contracts::Order row;
  row.order_id = id;
  if (order.customer != 0) row.customer_id = customer;
  row.status = order.status;
  row.created_at = instant(order.created_at);
  row.paid_at = when(order.paid_at);
  row.fulfilled_at = when(order.fulfilled_at);
  row.delivered_at = when(order.delivered_at);
  row.returned_at = when(order.returned_at);
  row.currency = "USD";
  row.payment_method = order.method;
  row.channel = kChannels[order.channel];
  row.country = kCountries[order.country].code;
  delivery_.orders.add(row);
  order.is_unsent = false;
}

}  // namespace cartograph::datagen
