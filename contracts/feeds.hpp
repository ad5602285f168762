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
struct Contract;  // feed, grain, key, fields; state, check_fields(), check_row() where it has them

/// One row for each time an order's state is sent.
enum class OrderStatus { created, paid, fulfilled, delivered, returned };
inline constexpr std::array<std::string_view, 5> kOrderStatusWords{"created", "paid", "fulfilled",
                                                                   "delivered", "returned"};

enum class PaymentMethod { card, paypal, bank_transfer, wallet, gift_card, cash_on_delivery };
inline constexpr std::array<std::string_view, 6> kPaymentMethodWords{
    "card", "paypal", "bank_transfer", "wallet", "gift_card", "cash_on_delivery"};

struct Order {
  Text order_id;
  Text customer_id;
  std::optional<OrderStatus> status;
  Timestamp created_at, paid_at, fulfilled_at, delivered_at, returned_at;
  Text currency;
  std::optional<PaymentMethod> payment_method;
  Text channel;
  Text country;
};

template <>
struct Contract<Order> {
  static constexpr std::string_view feed = "orders";
  static constexpr std::string_view grain =
      "an order as it was sent, which is each time its state changes";
  static constexpr std::array<std::string_view, 1> key{"order_id"};
  static constexpr std::string_view state = "status";
  static constexpr std::tuple fields{
      id("order_id", "The order.", &Order::order_id, kRequired),
      id("customer_id", "The customer; null is a guest.", &Order::customer_id, kOptional),
      one_of("status", "How far the order has come.", &Order::status, kOrderStatusWords, kRequired),
      timestamp("created_at", "When the order was placed.", &Order::created_at, kRequired),
      timestamp("paid_at", "When it was paid; null where it was not, or not yet.", &Order::paid_at,
                kOptional),
      timestamp("fulfilled_at",
                "When it was handed to the carrier; null where it was not, or not yet.",
                &Order::fulfilled_at, kOptional),
      timestamp("delivered_at", "When it reached the customer; null where it did not, or not yet.",
                &Order::delivered_at, kOptional),
      timestamp("returned_at", "When it came back as a whole; null where it did not.",
                &Order::returned_at, kOptional),
      currency("currency", "The currency of its amounts, which is the reporting currency.",
               &Order::currency, kRequired),
      one_of("payment_method", "How it was paid; null is unknown.", &Order::payment_method,
             kPaymentMethodWords, kOptional),
      text("channel", "Where the order came in, in the shop's own words.", &Order::channel, 32,
           kOptionalColumn),
      country("country", "The country that it ships to, ISO 3166-1 alpha-2.", &Order::country,
              kOptionalColumn)};
  static void check_row(const Order& order, Faults& faults);
};

/// One row a line of an order.
struct OrderItem {
  Text order_id;
  Integer line_number;
  Text sku;
  Integer quantity;
  Amount unit_price;
  Amount discount_amount;
  Amount tax_amount;
};

template <>
struct Contract<OrderItem> {
  static constexpr std::string_view feed = "order_items";
  static constexpr std::string_view grain = "a line of an order as it was sent";
  static constexpr std::array<std::string_view, 2> key{"order_id", "line_number"};
  static constexpr std::tuple fields{
      id("order_id", "The order.", &OrderItem::order_id, kRequired),
      integer("line_number", "The line's number within its order.", &OrderItem::line_number, 1,
              9'999, kRequired),
      id("sku", "The product sold.", &OrderItem::sku, kRequired),
      integer("quantity", "Units sold; 0 takes the line back.", &OrderItem::quantity, 0, 100'000,
              kRequired),
      money("unit_price", "What one unit was sold for, before discount, without tax.",
            &OrderItem::unit_price, 1'000'000, kRequired),
      money("discount_amount", "Discount on the whole line; 0 where none was sent.",
            &OrderItem::discount_amount, 1'000'000'000, kOptional, Money{0}),
      money("tax_amount", "Tax on the whole line; 0 where none was sent.", &OrderItem::tax_amount,
            1'000'000'000, kOptional, Money{0})};
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
  static constexpr std::string_view grain = "a returned quantity of a line as it was sent";
  static constexpr std::array<std::string_view, 1> key{"return_id"};
  static constexpr std::tuple fields{
      id("return_id", "The return.", &Return::return_id, kRequired),
      id("order_id", "The order that it belongs to.", &Return::order_id, kRequired),
      integer("line_number", "The line of that order.", &Return::line_number, 1, 9'999, kRequired),
      integer("quantity", "Units that came back.", &Return::quantity, 1, 100'000, kRequired),
      timestamp("returned_at", "When they came back.", &Return::returned_at, kRequired),
      text("reason", "Why, in the shop's own words.", &Return::reason, 200, kOptionalColumn)};
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
  static constexpr std::string_view grain = "a customer as it was sent";
  static constexpr std::array<std::string_view, 1> key{"customer_id"};
  static constexpr std::tuple fields{
      id("customer_id", "The customer.", &Customer::customer_id, kRequired),
      email("email", "E-mail address.", &Customer::email, kOptional),
      text("full_name", "The customer's name.", &Customer::full_name, 200, kOptional),
      country("country", "Where the customer lives, ISO 3166-1 alpha-2.", &Customer::country,
              kOptional),
      timestamp("signup_at", "When the customer signed up.", &Customer::signup_at, kRequired)};
};

/// One row for each version of a product.
struct Product {
  Text sku;
  Text product_name;
  Text category;
  Amount list_price;
  Integer reorder_point;
  Timestamp updated_at;
};

template <>
struct Contract<Product> {
  static constexpr std::string_view feed = "products";
  static constexpr std::string_view grain = "a product's state as it was sent, from updated_at on";
  static constexpr std::array<std::string_view, 2> key{"sku", "updated_at"};
  static constexpr std::tuple fields{
      id("sku", "The product.", &Product::sku, kRequired),
      text("product_name", "Its name.", &Product::product_name, 300, kRequired),
      text("category", "Its category; null where it has none.", &Product::category, 100, kOptional),
      money("list_price", "Price in the catalogue of one unit, without tax.", &Product::list_price,
            1'000'000, kRequired),
      integer("reorder_point",
              "Units available below which the product is at risk; 0 where none was sent.",
              &Product::reorder_point, 0, 10'000'000, kOptional, 0),
      timestamp("updated_at", "From when on this state holds.", &Product::updated_at, kRequired)};
};

/// One row a movement of stock.
enum class MovementType { receipt, shipment, returned, adjustment, allocation, deallocation };
inline constexpr std::array<std::string_view, 6> kMovementTypeWords{
    "receipt", "shipment", "return", "adjustment", "allocation", "deallocation"};

struct InventoryMovement {
  Text movement_id;
  Text sku;
  std::optional<MovementType> movement_type;
  Integer quantity;
  Timestamp occurred_at;
  Text reference;
};

template <>
struct Contract<InventoryMovement> {
  static constexpr std::string_view feed = "inventory_movements";
  static constexpr std::string_view grain = "a movement of stock as it was sent";
  static constexpr std::array<std::string_view, 1> key{"movement_id"};
  static constexpr std::tuple fields{
      id("movement_id", "The movement.", &InventoryMovement::movement_id, kRequired),
      id("sku", "The product moved.", &InventoryMovement::sku, kRequired),
      one_of("movement_type", "What moved the stock.", &InventoryMovement::movement_type,
             kMovementTypeWords, kRequired),
      integer("quantity", "Units moved: above 0, but of an adjustment signed.",
              &InventoryMovement::quantity, -1'000'000, 1'000'000, kRequired),
      timestamp("occurred_at", "When the stock moved.", &InventoryMovement::occurred_at, kRequired),
      id("reference", "The order, purchase order or count behind it.",
         &InventoryMovement::reference, kOptional)};
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
