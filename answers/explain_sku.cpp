// A SKU's alerts from its movements, up to the day on which the last alert opened, or the last day
// of all where there was none.
#include <fmt/format.h>

#include <algorithm>

#include "answers/explanation.hpp"
#include "answers/row_list.hpp"
#include "answers/stock.hpp"
#include "answers/stock_alerts.hpp"
#include "base/exact_text.hpp"

namespace cartograph::answers {
namespace {

SkuFacts find_sku(warehouse::Connection& connection, const std::string& sku) {
  auto product = ask_one<SkuFacts>(connection, sku);
  if (!product) {
    throw NotFound(
        fmt::format("there is no SKU {}: no product, order item or movement names it", sku));
  }
  return std::move(*product);
}

std::vector<Fact> facts_of(const SkuFacts& product) {
  std::vector<Fact> facts;
  if (product.category) facts.push_back({"category", *product.category, {}});
  facts.push_back({"reorder point",
                   product.is_inferred
                       ? "0, since the product was never sent"
                       : fmt::format("{}, of the product's latest row ({})", product.reorder_point,
                                     product.updated_at ? short_text(*product.updated_at) : "-"),
                   product.source});
  return facts;
}

// The stock on `day` from the movements up to it.
Part movements_part(warehouse::Connection& connection, const SkuFacts& product, Day day,
                    std::string_view what, const ExplainOptions& options) {
  Part part{fmt::format("Stock on {}, {}", to_string(day), what)};
  part.lists.push_back(list_of(fmt::format("Movements up to {}, newest first", to_string(day)),
                               ask<SkuMovement>(connection, product.sku, day), options.rows_max));
  const auto stock = ask_one<StockDay>(connection, product.sku, day, day);
  if (!stock) return part;
  const std::string sum = fmt::format("sum of {}", counted(part.lists[0].count, "movement"));
  part.figures = {
      figure("on_hand", stock->on_hand, sum), figure("allocated", stock->allocated, sum),
      figure("available", stock->available,
             fmt::format("{} - {}, {} the reorder point {}", stock->on_hand, stock->allocated,
                         stock->is_at_risk ? "below" : "not below", stock->reorder_point))};
  return part;
}

// The balances around the first and the last day of an alert.
Part alert_part(warehouse::Connection& connection, const SkuFacts& product,
                const StockAlert& alert) {
  constexpr int kDaysAround = 3;
  const Day last_day = alert.opened_on + static_cast<std::int32_t>(alert.days_at_risk - 1);
  auto days = ask<StockDay>(connection, product.sku, alert.opened_on + -kDaysAround,
                            alert.opened_on + kDaysAround);
  const Day next = days.empty() ? last_day : days.back().date + 1;
  for (const StockDay& day :
       ask<StockDay>(connection, product.sku, std::max(next, last_day + -1), last_day + 1)) {
    days.push_back(day);
  }
  Part part{fmt::format("The last alert, from {} to {}", to_string(alert.opened_on),
                        to_string(last_day))};
  part.lists.push_back(list_of("Stock around its first and its last day", days, SIZE_MAX));
  part.figures = {figure("days_at_risk", alert.days_at_risk,
                         alert.is_open ? "so far"
                                       : fmt::format("resolved on {}",
                                                     to_cell(alert.resolved_on).value_or("-"))),
                  figure("shortfall", alert.shortfall,
                         fmt::format("on {}: {} - {}", to_string(last_day), alert.reorder_point,
                                     alert.available))};
  return part;
}

}  // namespace

Explanation explain_sku(warehouse::Connection& connection, const std::string& sku,
                        const ExplainOptions& options) {
  const SkuFacts product = find_sku(connection, sku);
  Explanation explanation{"sku", sku,
                          fmt::format("SKU {}: {}", sku, product.product_name.value_or(""))};
  explanation.facts = facts_of(product);
  auto alerts = ask<StockAlert>(connection, "all", sku, std::nullopt, 0);
  std::ranges::sort(alerts, std::greater(), &StockAlert::opened_on);
  Part found{"Alerts: runs of days with less available than the reorder point"};
  if (alerts.empty()) {
    found.notes.push_back("none: on no day was less available than the reorder point");
  } else {
    found.lists.push_back(list_of("Newest first", alerts, options.rows_max,
                                  {"opened_on", "resolved_on", "is_open", "days_at_risk", "on_hand",
                                   "allocated", "available", "reorder_point", "shortfall"}));
  }
  explanation.parts.push_back(std::move(found));
  if (!alerts.empty()) {
    explanation.parts.push_back(alert_part(connection, product, alerts.front()));
    explanation.parts.push_back(movements_part(connection, product, alerts.front().opened_on,
                                               "when the last alert opened", options));
  } else if (product.last_day) {
    explanation.parts.push_back(
        movements_part(connection, product, *product.last_day, "the last day", options));
  }
  explanation.sum = product.last_day
                        ? "The balances of a day are those of the day before and its movements."
                        : "No movement of it was ever sent: it has no stock.";
  prove(connection, explanation);
  return explanation;
}

}  // namespace cartograph::answers
