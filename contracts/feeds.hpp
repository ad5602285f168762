// The six feeds, each declared once: a plain struct of what a row holds, and its contract.
// Everything else that knows a feed's columns (readers, checks, staging, lake, generator,
// quarantine export) takes them from here.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "contracts/field.hpp"

namespace cartograph::contracts {

template <class Row>
struct Contract;  // feed, key, fields; state, check_fields() and check_row() where a feed has them

/// One row for each time an order's state is sent.
enum class OrderStatus { created, paid, fulfilled, delivered, returned };
inline constexpr std::array<std::string_view, 5> kOrderStatusWords{"created", "paid", "fulfilled",
                                                                   "delivered", "returned"};

enum class PaymentMethod { card, paypal, bank_transfer, wallet, gift_card, cash_on_delivery };
inline constexpr std::array<std::string_view, 6> kPaymentMethodWords{
    "card", "paypal", "bank_transfer", "wallet", "gift_card", "cash_on_delivery"};

struct Order {
  Text order_id;
  Text customer_id;  // null is a guest checkout
  std::optional<OrderStatus> status;
  Timestamp created_at, paid_at, fulfilled_at, delivered_at, returned_at;
  Text currency;
  std::optional<PaymentMethod> payment_method;
  Text channel;
  Text country;  // where it ships to
};

template <>
struct Contract<Order> {
  static constexpr std::string_view feed = "orders";
  static constexpr std::array<std::string_view, 1> key{"order_id"};
  static constexpr std::string_view state = "status";
  static constexpr std::tuple fields{
      id("order_id", &Order::order_id, kRequired),
      id("customer_id", &Order::customer_id, kOptional),
      one_of("status", &Order::status, kOrderStatusWords, kRequired),
      timestamp("created_at", &Order::created_at, kRequired),
      timestamp("paid_at", &Order::paid_at, kOptional),
      timestamp("fulfilled_at", &Order::fulfilled_at, kOptional),
      timestamp("delivered_at", &Order::delivered_at, kOptional),
      timestamp("returned_at", &Order::returned_at, kOptional),
      currency("currency", &Order::currency, kRequired),
      one_of("payment_method", &Order::payment_method, kPaymentMethodWords, kOptional),
      text("channel", &Order::channel, 32, kOptionalColumn),
      country("country", &Order::country, kOptionalColumn)};
  static void check_row(const Order& order, Faults& faults);
};

/// One row a line of an order.
struct OrderItem {
  Text order_id;
  Integer line_number;
  Text sku;
  Integer quantity;
  Amount unit_price;       // one unit before discount, without tax
  Amount discount_amount;  // of the whole line
  Amount tax_amount;       // of the whole line
};

template <>
struct Contract<OrderItem> {
  static constexpr std::string_view feed = "order_items";
  static constexpr std::array<std::string_view, 2> key{"order_id", "line_number"};
  static constexpr std::tuple fields{
      id("order_id", &OrderItem::order_id, kRequired),
      integer("line_number", &OrderItem::line_number, 1, 9'999, kRequired),
      id("sku", &OrderItem::sku, kRequired),
      integer("quantity", &OrderItem::quantity, 0, 100'000, kRequired),  // 0: taken back
      money("unit_price", &OrderItem::unit_price, 1'000'000, kRequired),
      money("discount_amount", &OrderItem::discount_amount, 1'000'000'000, kOptional, Money{0}),
      money("tax_amount", &OrderItem::tax_amount, 1'000'000'000, kOptional, Money{0})};
  static void check_row(const OrderItem& item, Faults& faults);
};

/// One row a returned quantity of a line.
struct Return {
  Text return_id;
  Text order_id;
  Integer line_number;
  Integer quantity;
  Timestamp returned_at;
  Text reason;
};

template <>
struct Contract<Return> {
  static constexpr std::string_view feed = "returns";
  static constexpr std::array<std::string_view, 1> key{"return_id"};
  static constexpr std::tuple fields{
      id("return_id", &Return::return_id, kRequired),
      id("order_id", &Return::order_id, kRequired),
      integer("line_number", &Return::line_number, 1, 9'999, kRequired),
      integer("quantity", &Return::quantity, 1, 100'000, kRequired),
      timestamp("returned_at", &Return::returned_at, kRequired),
      text("reason", &Return::reason, 200, kOptionalColumn)};
};

/// One row for each time a customer is sent.
struct Customer {
  Text customer_id;
  Text email;
  Text full_name;
  Text country;
  Timestamp signup_at;
};

template <>
struct Contract<Customer> {
  static constexpr std::string_view feed = "customers";
  static constexpr std::array<std::string_view, 1> key{"customer_id"};
  static constexpr std::tuple fields{id("customer_id", &Customer::customer_id, kRequired),
                                     email("email", &Customer::email, kOptional),
                                     text("full_name", &Customer::full_name, 200, kOptional),
                                     country("country", &Customer::country, kOptional),
                                     timestamp("signup_at", &Customer::signup_at, kRequired)};
};

/// One row for each version of a product.
struct Product {
  Text sku;
  Text product_name;
  Text category;
  Amount list_price;  // without tax
  Integer reorder_point;
  Timestamp updated_at;  // from when this version holds
};

template <>
struct Contract<Product> {
  static constexpr std::string_view feed = "products";
  static constexpr std::array<std::string_view, 2> key{"sku", "updated_at"};
  static constexpr std::tuple fields{
      id("sku", &Product::sku, kRequired),
      text("product_name", &Product::product_name, 300, kRequired),
      text("category", &Product::category, 100, kOptional),
      money("list_price", &Product::list_price, 1'000'000, kRequired),
      integer("reorder_point", &Product::reorder_point, 0, 10'000'000, kOptional, 0),
      timestamp("updated_at", &Product::updated_at, kRequired)};
};

/// One row a movement of stock.
enum class MovementType { receipt, shipment, returned, adjustment, allocation, deallocation };
inline constexpr std::array<std::string_view, 6> kMovementTypeWords{
    "receipt", "shipment", "return", "adjustment", "allocation", "deallocation"};

struct InventoryMovement {
  Text movement_id;
  Text sku;
  std::optional<MovementType> movement_type;
  Integer quantity;  // signed for an adjustment, else above 0
  Timestamp occurred_at;
  Text reference;  // the order, purchase order or count behind it
};

template <>
struct Contract<InventoryMovement> {
  static constexpr std::string_view feed = "inventory_movements";
  static constexpr std::array<std::string_view, 1> key{"movement_id"};
  static constexpr std::tuple fields{
      id("movement_id", &InventoryMovement::movement_id, kRequired),
      id("sku", &InventoryMovement::sku, kRequired),
      one_of("movement_type", &InventoryMovement::movement_type, kMovementTypeWords, kRequired),
      integer("quantity", &InventoryMovement::quantity, -1'000'000, 1'000'000, kRequired),
      timestamp("occurred_at", &InventoryMovement::occurred_at, kRequired),
      id("reference", &InventoryMovement::reference, kOptional)};
  static void check_fields(const InventoryMovement& movement, Faults& faults);
};

/// All row types, in the order in which feeds are named everywhere.
using AllFeeds = std::tuple<Order, OrderItem, Return, Customer, Product, InventoryMovement>;

/// The place of a field in its contract, found when compiling.
template <class Row>
constexpr std::size_t field_index(std::string_view name) {
  std::size_t found = std::tuple_size_v<decltype(Contract<Row>::fields)>;
  std::size_t index = 0;
  std::apply(
      [&](const auto&... field) { ((field.name == name ? found = index : 0, ++index), ...); },
      Contract<Row>::fields);
  return found;
}

}  // namespace cartograph::contracts
