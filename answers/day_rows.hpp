// What is asked about one day to explain it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct DaySale {
  static constexpr std::string_view kAnswer = "day_sales";
  std::string order_id;
  Instant sold_at;
  std::optional<std::string> customer_id;
  bool is_first_order = false;
  std::int64_t units = 0;
  Money gross;
  Money discounts;
  Money taxes;
  Money amount;
  std::optional<std::string> source;
};
BOOST_DESCRIBE_STRUCT(DaySale, (),
                      (order_id, sold_at, customer_id, is_first_order, units, gross, discounts,
                       taxes, amount, source))

struct DayPiece {
  static constexpr std::string_view kAnswer = "day_pieces";
  std::string order_id;
  std::int64_t line = 0;
  std::int64_t piece = 0;
  std::optional<std::string> return_id;
  std::int64_t quantity = 0;
  Instant returned_at;
  std::optional<Day> sold_date;
  std::optional<std::int64_t> days;
  bool is_refundable = false;
  Money refund;
  std::optional<std::string> source;
};
BOOST_DESCRIBE_STRUCT(DayPiece, (),
                      (order_id, line, piece, return_id, quantity, returned_at, sold_date, days,
                       is_refundable, refund, source))

struct DayDelivery {
  static constexpr std::string_view kAnswer = "day_deliveries";
  std::string order_id;
  Instant delivered_at;
  std::optional<Day> sold_date;
  std::optional<Day> first_return;
  Money amount;
  Money refunded_before;
  Money delivered;
  Day last_window_day;
  std::optional<std::string> source;
};
BOOST_DESCRIBE_STRUCT(DayDelivery, (),
                      (order_id, delivered_at, sold_date, first_return, amount, refunded_before,
                       delivered, last_window_day, source))

struct RatePool {
  static constexpr std::string_view kAnswer = "rate_pools";
  Day pool;
  Day last_window_day;
  Money delivered;
  Money refunds;
};
BOOST_DESCRIBE_STRUCT(RatePool, (), (pool, last_window_day, delivered, refunds))

struct PoolRefund {
  static constexpr std::string_view kAnswer = "pool_refunds";
  Day pool;
  Money expected;
  Money refunded_before;
  Money refund;
  Money from_liability;
};
BOOST_DESCRIBE_STRUCT(PoolRefund, (), (pool, expected, refunded_before, refund, from_liability))

struct ClosedPool {
  static constexpr std::string_view kAnswer = "closed_pools";
  Day pool;
  Money delivered;
  Money expected;
  Money refunds;
  Money released;
};
BOOST_DESCRIBE_STRUCT(ClosedPool, (), (pool, delivered, expected, refunds, released))

}  // namespace cartograph::answers
