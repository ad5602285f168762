// Revenue by delivery, as accounting standards have it.
#pragma once

#include <optional>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct RecognisedRevenue {
  static constexpr std::string_view kAnswer = "recognition_days";
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
BOOST_DESCRIBE_STRUCT(RecognisedRevenue, (),
                      (date, billed, delivered_amount, expected_return_rate, revenue_recognised,
                       revenue_released, revenue_reversed, net_revenue_recognised, refunds_paid,
                       deferred_revenue, refund_liability))

}  // namespace cartograph::answers
