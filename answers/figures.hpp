// The measures of a day, a period and any range: sums of days, customers counted anew, ratios from
// sums.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct Measures {
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
  std::int64_t returned_of_delivered = 0;
  std::optional<Rate> return_rate;
  std::int64_t new_customers = 0;
  std::int64_t repeat_customers = 0;
  std::int64_t guest_orders = 0;
};
BOOST_DESCRIBE_STRUCT(Measures, (),
                      (orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov,
                       orders_delivered, orders_returned, returned_of_delivered, return_rate,
                       new_customers, repeat_customers, guest_orders))

struct OneDay {
  Day date;
};
BOOST_DESCRIBE_STRUCT(OneDay, (), (date))

struct DailyFigures : OneDay, Measures {
  static constexpr std::string_view kAnswer = "daily_figures";
};
BOOST_DESCRIBE_STRUCT(DailyFigures, (OneDay, Measures), ())

struct Period {
  Day period_start;
  Day period_end;
  bool is_complete = false;
};
BOOST_DESCRIBE_STRUCT(Period, (), (period_start, period_end, is_complete))

struct PeriodFigures : Period, Measures {
  static constexpr std::string_view kAnswer = "period_figures";
};
BOOST_DESCRIBE_STRUCT(PeriodFigures, (Period, Measures), ())

struct RangeFigures : Measures {
  static constexpr std::string_view kAnswer = "range_figures";
};
BOOST_DESCRIBE_STRUCT(RangeFigures, (Measures), ())

}  // namespace cartograph::answers
