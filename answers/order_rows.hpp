// What is asked about one order to explain it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct OrderFacts {
  static constexpr std::string_view kAnswer = "order_facts";
  std::string order_id;
  std::string status;
  std::optional<std::string> customer_id;
  std::optional<Instant> created_at;
  std::optional<Instant> paid_at;
  std::optional<Instant> fulfilled_at;
  std::optional<Instant> delivered_at;
  std::optional<Instant> returned_at;
  std::optional<std::string> payment_method;
  std::optional<Instant> sold_at;
  std::optional<std::string> sold_from;
  std::optional<Day> sold_date;
  bool is_first_order = false;
  std::optional<std::string> first_order_id;
  std::optional<Instant> first_sold_at;
  std::int64_t line_count = 0;
  std::int64_t units = 0;
  Money gross_revenue;
  Money discounts;
  Money refunds;
  Money taxes;
  Money net_revenue;
};
BOOST_DESCRIBE_STRUCT(OrderFacts, (),
                      (order_id, status, customer_id, created_at, paid_at, fulfilled_at,
                       delivered_at, returned_at, payment_method, sold_at, sold_from, sold_date,
                       is_first_order, first_order_id, first_sold_at, line_count, units,
                       gross_revenue, discounts, refunds, taxes, net_revenue))

struct OrderRow {
  static constexpr std::string_view kAnswer = "order_rows";
  std::string source;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(OrderRow, (), (source, status))

struct OrderLine {
  static constexpr std::string_view kAnswer = "order_lines";
  std::int64_t line_number = 0;
  std::string sku;
  std::int64_t quantity = 0;
  Money unit_price;
  Money merchandise;
  Money tax_amount;
  Money gross_amount;
  Money discount_amount;
  Money net_line_amount;
  Money refund_amount;
  Money net_revenue;
  bool is_sold = false;
  std::optional<Money> list_price;
  bool is_inferred = false;
  std::optional<Instant> version_from;
  bool is_before_first = false;
  std::optional<std::string> version_source;
  std::string source;
  std::int64_t earlier_rows = 0;
};
BOOST_DESCRIBE_STRUCT(OrderLine, (),
                      (line_number, sku, quantity, unit_price, merchandise, tax_amount,
                       gross_amount, discount_amount, net_line_amount, refund_amount, net_revenue,
                       is_sold, list_price, is_inferred, version_from, is_before_first,
                       version_source, source, earlier_rows))

struct OrderPiece {
  static constexpr std::string_view kAnswer = "order_pieces";
  std::int64_t line_number = 0;
  std::int64_t piece_number = 0;
  std::optional<std::string> return_id;
  std::int64_t quantity = 0;
  std::int64_t sent_quantity = 0;
  std::int64_t line_quantity = 0;
  Money net_line_amount;
  Instant returned_at;
  Day returned_date;
  bool is_moved = false;
  std::optional<Instant> delivered_at;
  bool is_refundable = false;
  std::int64_t refunded_quantity = 0;
  Money refunded_before;
  Money refund_amount;
  std::string source;
  std::int64_t earlier_rows = 0;
};
BOOST_DESCRIBE_STRUCT(OrderPiece, (),
                      (line_number, piece_number, return_id, quantity, sent_quantity, line_quantity,
                       net_line_amount, returned_at, returned_date, is_moved, delivered_at,
                       is_refundable, refunded_quantity, refunded_before, refund_amount, source,
                       earlier_rows))

struct WaitingRow {
  static constexpr std::string_view kAnswer = "order_waiting";
  std::string kind;
  std::string name;
  std::int64_t line_number = 0;
  std::optional<std::string> sku;
  std::int64_t quantity = 0;
  std::optional<Money> unit_price;
  std::optional<Instant> returned_at;
  std::string reason;
  std::string source;
};
BOOST_DESCRIBE_STRUCT(WaitingRow, (),
                      (kind, name, line_number, sku, quantity, unit_price, returned_at, reason,
                       source))

struct RejectedNaming {
  static constexpr std::string_view kAnswer = "rejected_naming";
  std::string source;
  std::string reasons;
  std::string raw_row;
};
BOOST_DESCRIBE_STRUCT(RejectedNaming, (), (source, reasons, raw_row))

}  // namespace cartograph::answers
