// A SKU's alerts from its movements: the balances of the day on which the last alert opened are
// summed anew from all movements up to it.
#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/explain.hpp"

namespace cartograph::cli {
namespace {

using warehouse::Connection;
using warehouse::Row;

constexpr const char* kProduct =
    "select product_name, category, reorder_point, is_inferred from dim_product "
    "where sku = $1 and is_current";

// The row with the greatest updated_at, and of its deliveries the latest.
constexpr const char* kProductRow =
    "select reorder_point, updated_at, source_file, source_line from stg_products where sku = $1 "
    "order by updated_at desc, ingested_at desc, source_line desc limit 1";

constexpr const char* kAlerts =
    "select opened_on, resolved_on, is_open, days_at_risk, on_hand, allocated, available, "
    "reorder_point, shortfall from fct_inventory_alerts where sku = $1 order by opened_on desc";

constexpr const char* kSpan =
    "select min(date), max(date), "
    "max(case when is_at_risk then date end) from fct_inventory_daily where sku = $1";

constexpr const char* kBalances =
    "select date, received, shipped, returned, adjusted, allocated_change, on_hand, allocated, "
    "available, reorder_point, is_at_risk from fct_inventory_daily "
    "where sku = $1 and (date >= cast($2 as date) - 3 and date <= cast($2 as date) + 3 "
    "or date >= cast($3 as date) - 1 and date <= cast($3 as date) + 1) order by date";

constexpr const char* kBalance =
    "select on_hand, allocated, available, reorder_point, is_at_risk from fct_inventory_daily "
    "where sku = $1 and date = cast($2 as date)";

// Newest first. The latest row of a movement may name another SKU than its earlier ones did.
constexpr const char* kMovements =
    "with versions as ("
    "select movement_id, sku, movement_type, quantity, occurred_at, reference, source_file, "
    "source_line, row_number() over ("
    "partition by movement_id order by ingested_at desc, source_line desc) as recency "
    "from stg_inventory_movements where movement_id in ("
    "select m.movement_id from stg_inventory_movements m where m.sku = $1)) "
    "select movement_id, occurred_at, movement_type, quantity, reference, source_file, source_line "
    "from versions where recency = 1 and sku = $1 "
    "and local_date(occurred_at) <= cast($2 as date) "
    "order by occurred_at desc, movement_id desc";

struct Stock {
  std::int64_t on_hand = 0;
  std::int64_t allocated = 0;
};

// What a movement adds to each counter.
Stock effect_of(const std::string& type, std::int64_t quantity) {
  if (type == "receipt" || type == "return" || type == "adjustment") return {quantity, 0};
  if (type == "shipment") return {-quantity, 0};
  if (type == "allocation") return {0, quantity};
  return {0, -quantity};
}

class SkuExplanation {
 public:
  SkuExplanation(std::ostream& out, Connection& connection, const std::string& sku,
                 const ExplainOptions& options)
      : out_(out), connection_(connection), sku_(sku), options_(options) {}

  bool print() {
    print_product();
    const auto alerts = print_alerts();
    const auto span = connection_.query(kSpan, {sku_}).rows;
    if (!span[0][0]) {
      out_ << "\nNo movement of it was ever sent: it has no stock.\n";
      return proof_.conclude(out_, "Nothing to add up.");
    }
    if (alerts.rows.empty()) {
      print_opening(*span[0][1], "the last day");
    } else {
      const Row& last = alerts.rows.front();
      // An episode's last day: the day before it was resolved, or the last of all.
      const std::string last_day = *span[0][2];
      print_balances(*last[0], last_day);
      print_opening(*last[0], "the day on which the last alert opened");
      prove_alert(last, last_day);
    }
    return proof_.conclude(out_, "Adds up: the balances are the sums of the movements.");
  }

 private:
  void print_product() {
    const auto product = connection_.query(kProduct, {sku_}).rows;
    if (product.empty()) {
      throw Error(
          fmt::format("there is no SKU {}: no product, order item or movement names it", sku_));
    }
    const Row& row = product[0];
    out_ << fmt::format("SKU {}: {}{}\n", sku_, row[0].value_or(""),
                        row[1] ? fmt::format(" ({})", *row[1]) : "");
    reorder_point_ = number_of(row[2]);
    if (row[3] == "true") {
      out_ << "reorder point 0, since the product was never sent\n";
      proof_.expect_equal("reorder_point", std::int64_t{0}, row[2]);
      return;
    }
    const auto sent = connection_.query(kProductRow, {sku_}).rows;
    proof_.expect(!sent.empty(), "dim_product: no row of the product is staged");
    if (sent.empty()) return;
    out_ << fmt::format("reorder point {}, of the product's latest row ({}), {}\n",
                        row[2].value_or("-"), shown_instant(sent[0][1]),
                        source_of(sent[0][2], sent[0][3]));
    proof_.expect_equal("reorder_point", number_of(sent[0][0]), row[2]);
  }

  warehouse::Answer print_alerts() {
    const auto alerts = connection_.query(kAlerts, {sku_});
    ShownRows rows(options_);
    for (const Row& row : alerts.rows) rows.add(alerts.columns, row);
    rows.print(out_,
               "Alerts: runs of days with less available than the reorder point, newest first",
               "none: on no day was less available than the reorder point");
    return alerts;
  }

  void print_balances(const std::string& opened_on, const std::string& last_day) {
    ShownRows rows(ExplainOptions{true});
    connection_.for_each(kBalances, {sku_, opened_on, last_day},
                         [&](const auto& columns, const Row& row) { rows.add(columns, row); });
    rows.print(out_,
               fmt::format("Stock around {}, when the last alert opened, and {}, its last day",
                           opened_on, last_day),
               "none");
  }

  // Lists the movements up to `day`, and sums them.
  void print_opening(const std::string& day, std::string_view what) {
    ShownRows rows(options_);
    Stock stock;
    connection_.for_each(kMovements, {sku_, day}, [&](const auto& columns, const Row& row) {
      const Stock effect = effect_of(row[2].value_or(""), number_of(row[3]));
      stock.on_hand += effect.on_hand;
      stock.allocated += effect.allocated;
      auto shown_columns = columns;
      Row shown = row;
      shown_columns.resize(5);
      shown_columns.push_back({"on_hand", warehouse::CellType::integer});
      shown_columns.push_back({"allocated", warehouse::CellType::integer});
      shown_columns.push_back({"row", warehouse::CellType::text});
      shown.resize(5);
      shown.push_back(fmt::format("{:+}", effect.on_hand));
      shown.push_back(fmt::format("{:+}", effect.allocated));
      shown.push_back(source_of(row[5], row[6]));
      rows.add(shown_columns, shown);
    });
    rows.print(out_, fmt::format("Movements up to {}, {}, newest first", day, what), "none");
    const std::int64_t available = stock.on_hand - stock.allocated;
    out_ << fmt::format(
        "their sum: on_hand {} - allocated {} = available {}, {} the reorder point {}\n",
        stock.on_hand, stock.allocated, available,
        available < reorder_point_ ? "below" : "not below", reorder_point_);
    const auto published = connection_.query(kBalance, {sku_, day}).rows;
    proof_.expect(!published.empty(), "fct_inventory_daily: no row of " + day);
    if (published.empty()) return;
    proof_.expect_equal("on_hand on " + day, stock.on_hand, published[0][0]);
    proof_.expect_equal("allocated on " + day, stock.allocated, published[0][1]);
    proof_.expect_equal("available on " + day, available, published[0][2]);
    proof_.expect_equal("reorder_point on " + day, reorder_point_, published[0][3]);
    proof_.expect(
        (published[0][4] == "true") == (available < reorder_point_),
        fmt::format("is_at_risk on {}: published {}", day, published[0][4].value_or("-")));
  }

  void prove_alert(const Row& alert, const std::string& last_day) {
    const auto published = connection_.query(kBalance, {sku_, last_day}).rows;
    const std::int64_t available = number_of(published[0][2]);
    out_ << fmt::format("shortfall on {}: {} - {} = {}\n", last_day, reorder_point_, available,
                        reorder_point_ - available);
    proof_.expect_equal("shortfall", reorder_point_ - available, alert[8]);
    proof_.expect_equal("available of the alert", available, alert[6]);
  }

  std::ostream& out_;
  Connection& connection_;
  const std::string& sku_;
  const ExplainOptions& options_;
  Proof proof_;
  std::int64_t reorder_point_ = 0;
};

}  // namespace

bool explain_sku(std::ostream& out, Connection& connection, const std::string& sku,
                 const ExplainOptions& options) {
  return SkuExplanation(out, connection, sku, options).print();
}

}  // namespace cartograph::cli
