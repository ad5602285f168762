// The published figures by day and by cohort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct RevenueDay {
  static constexpr std::string_view kAnswer = "revenue_daily";
  Day date;
  std::int64_t orders = 0;
  std::int64_t units = 0;
  Money gross_revenue;
  Money discounts;
  Money taxes;
  Money refunds;
  Money net_revenue;
  std::optional<Average> aov;
  std::int64_t orders_delivered = 0;
  std::int64_t orders_returned = 0;
  std::optional<Rate> return_rate;
  std::int64_t new_customers = 0;
  std::int64_t repeat_customers = 0;
  std::int64_t guest_orders = 0;
};
BOOST_DESCRIBE_STRUCT(RevenueDay, (),
                      (date, orders, units, gross_revenue, discounts, taxes, refunds, net_revenue,
                       aov, orders_delivered, orders_returned, return_rate, new_customers,
                       repeat_customers, guest_orders))

struct RecognitionDay {
  static constexpr std::string_view kAnswer = "recognition_daily";
  Day date;
  Money billed;
  Money delivered_amount;
  std::optional<Rate> expected_return_rate;
  Money revenue_recognised;
  Money revenue_released;
  Money revenue_reversed;
  Money net_revenue_recognised;
  Money refunds_paid;
  Money deferred_revenue;
  Money refund_liability;
};
BOOST_DESCRIBE_STRUCT(RecognitionDay, (),
                      (date, billed, delivered_amount, expected_return_rate, revenue_recognised,
                       revenue_released, revenue_reversed, net_revenue_recognised, refunds_paid,
                       deferred_revenue, refund_liability))

struct CohortLtv {
  static constexpr std::string_view kAnswer = "cohort_ltv";
  Day cohort_month;
  std::int64_t window_days = 0;
  std::int64_t cohort_size = 0;
  std::int64_t eligible_customers = 0;
  std::int64_t retained_customers = 0;
  std::optional<Rate> retention_rate;
  Money revenue;
  std::optional<Average> ltv;
  bool is_mature = false;
};
BOOST_DESCRIBE_STRUCT(CohortLtv, (),
                      (cohort_month, window_days, cohort_size, eligible_customers,
                       retained_customers, retention_rate, revenue, ltv, is_mature))

}  // namespace cartograph::answers
