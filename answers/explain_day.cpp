// A day of both daily tables, from the orders, pieces, deliveries and pools behind it.
#include <fmt/format.h>

#include "answers/day_rows.hpp"
#include "answers/explanation.hpp"
#include "answers/figures.hpp"
#include "answers/recognition.hpp"
#include "answers/row_list.hpp"
#include "answers/store.hpp"

namespace cartograph::answers {
namespace {

DailyFigures find_day(warehouse::Connection& connection, const Store& store, Day day) {
  if (auto found = ask_one<DailyFigures>(connection, day, day, 1)) return std::move(*found);
  if (!store.first_day || !store.last_day) {
    throw NotFound(fmt::format("there is no day {}: nothing has been sold yet", to_string(day)));
  }
  throw NotFound(
      fmt::format("there is no day {}: the first sale was on {}, and {} is the last day with a "
                  "sale, delivery or return",
                  to_string(day), to_string(*store.first_day), to_string(*store.last_day)));
}

// The sum of one amount of rows.
template <class Row>
Money sum_of(const std::vector<Row>& rows, Money Row::*amount) {
  Money sum;
  for (const Row& row : rows) sum = sum + row.*amount;
  return sum;
}

std::vector<Figure> revenue_figures(const DailyFigures& row) {
  const std::string amount = fmt::format("{} - {} - {}", to_string(row.gross_revenue),
                                         to_string(row.discounts), to_string(row.taxes));
  return {
      figure("orders", row.orders, "sales of the day"),
      figure("units", row.units, "of the sales"),
      figure("gross_revenue", row.gross_revenue, "of the sales"),
      figure("discounts", row.discounts, "of the sales"),
      figure("taxes", row.taxes, "of the sales"),
      figure("refunds", row.refunds, "pieces returned on the day"),
      figure("net_revenue", row.net_revenue,
             fmt::format("{} - {} - {} - {}", to_string(row.gross_revenue),
                         to_string(row.discounts), to_string(row.refunds), to_string(row.taxes))),
      figure("aov", row.aov,
             row.aov ? fmt::format("({}) / {}", amount, row.orders) : "nothing sold"),
      figure("orders_delivered", row.orders_delivered, "deliveries of the day"),
      figure("orders_returned", row.orders_returned, "orders of the returned pieces"),
      figure("returned_of_delivered", row.returned_of_delivered,
             "of the deliveries, those of which a piece came back, whenever"),
      figure("return_rate", row.return_rate,
             row.return_rate
                 ? fmt::format("{} / {}", row.returned_of_delivered, row.orders_delivered)
                 : "nothing delivered"),
      figure("new_customers", row.new_customers, "first orders"),
      figure("repeat_customers", row.repeat_customers,
             fmt::format("{} less the new",
                         counted(row.new_customers + row.repeat_customers, "customer"))),
      figure("guest_orders", row.guest_orders, "sales without a customer"),
  };
}

// The pools behind a day's recognised revenue.
struct Pools {
  std::vector<RatePool> rate;
  std::vector<PoolRefund> refunds;
  std::vector<ClosedPool> closed;

  Pools(warehouse::Connection& connection, Day day)
      : rate(ask<RatePool>(connection, day)),
        refunds(ask<PoolRefund>(connection, day)),
        closed(ask<ClosedPool>(connection, day)) {}

  std::string rate_text() const {
    const Money delivered = sum_of(rate, &RatePool::delivered);
    if (delivered.cents == 0) return "no pool to go by";
    return fmt::format("R / B = {} / {}", to_string(sum_of(rate, &RatePool::refunds)),
                       to_string(delivered));
  }

  std::string expected_text(const RecognisedRevenue& row) const {
    const Money expected = row.delivered_amount - row.revenue_recognised;
    const Money delivered = sum_of(rate, &RatePool::delivered);
    if (delivered.cents == 0) return to_string(expected);
    return fmt::format("{} (= round({} x {} / {}))", to_string(expected),
                       to_string(row.delivered_amount), to_string(sum_of(rate, &RatePool::refunds)),
                       to_string(delivered));
  }
};

std::vector<Figure> recognition_figures(const RecognisedRevenue& row,
                                        const RecognisedRevenue& before, const Pools& pools) {
  const Money expected = row.delivered_amount - row.revenue_recognised;
  const Money pool_refunds = sum_of(pools.refunds, &PoolRefund::refund);
  const Money from_liability = sum_of(pools.refunds, &PoolRefund::from_liability);
  return {
      figure("billed", row.billed, "amounts of the day's sales"),
      figure("delivered_amount", row.delivered_amount,
             "amounts delivered less what was refunded before"),
      figure("expected_return_rate", row.expected_return_rate, pools.rate_text()),
      figure("revenue_recognised", row.revenue_recognised,
             fmt::format("{} - {} expected", to_string(row.delivered_amount),
                         pools.expected_text(row))),
      figure("revenue_released", row.revenue_released, "left of the pools that closed"),
      figure("revenue_reversed", row.revenue_reversed,
             fmt::format("{} from liability - {} refunds of pools", to_string(from_liability),
                         to_string(pool_refunds))),
      figure("net_revenue_recognised", row.net_revenue_recognised, "the sum of the three"),
      figure("refunds_paid", row.refunds_paid, "pieces returned on the day"),
      figure(
          "deferred_revenue", row.deferred_revenue,
          fmt::format("{} + {} billed - {} delivered - {} refunds before delivery",
                      to_string(before.deferred_revenue), to_string(row.billed),
                      to_string(row.delivered_amount), to_string(row.refunds_paid - pool_refunds))),
      figure("refund_liability", row.refund_liability,
             fmt::format("{} + {} expected - {} refunds - {} released",
                         to_string(before.refund_liability), to_string(expected),
                         to_string(from_liability), to_string(row.revenue_released))),
  };
}

Part recognition_part(warehouse::Connection& connection, Day day, const ExplainOptions& options) {
  Part part{"fct_revenue_recognition_daily"};
  const auto rows = ask<RecognisedRevenue>(connection, day + -1, day, std::nullopt);
  if (rows.empty() || rows.back().date != day) {
    part.notes.push_back("has no such day");
    return part;
  }
  const Pools pools(connection, day);
  if (options.with_recognition) {
    part.lists = {
        list_of("Pools for the rate: of the 180 days before, window over", pools.rate,
                options.rows_max),
        list_of("Refunds of the day by pool (day of delivery)", pools.refunds, options.rows_max),
        list_of("Pools whose window closed the day before", pools.closed, options.rows_max)};
  } else {
    part.notes.push_back("--recognition shows the pools behind it");
  }
  part.figures =
      recognition_figures(rows.back(), rows.size() > 1 ? rows.front() : RecognisedRevenue{}, pools);
  return part;
}

}  // namespace

Explanation explain_day(warehouse::Connection& connection, Day day, const ExplainOptions& options) {
  const Store store = *ask_one<Store>(connection);
  const DailyFigures row = find_day(connection, store, day);
  const std::string key = to_string(day);
  Explanation explanation{
      "day", key,
      fmt::format("Day {} ({}): net revenue {}", key, store.reporting_timezone.value_or("UTC"),
                  to_string(row.net_revenue))};
  Part rows{"Its rows"};
  rows.lists = {
      list_of("Sales of the day", ask<DaySale>(connection, day), options.rows_max),
      list_of("Pieces returned on the day", ask<DayPiece>(connection, day), options.rows_max),
      list_of("Orders delivered on the day", ask<DayDelivery>(connection, day), options.rows_max)};
  explanation.parts.push_back(std::move(rows));
  explanation.parts.push_back(Part{"fct_revenue_daily", {}, {}, {}, revenue_figures(row)});
  explanation.parts.push_back(recognition_part(connection, day, options));
  explanation.sum = "Both rows of the day are the sums of what is listed.";
  prove(connection, explanation);
  return explanation;
}

}  // namespace cartograph::answers
