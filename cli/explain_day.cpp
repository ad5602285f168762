// A day of both daily tables, summed anew from its orders and pieces. The estimate of a day rests
// on pools of earlier days, whose sums are taken as published.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "answers/table.hpp"
#include "base/error.hpp"
#include "cli/explain.hpp"

namespace cartograph::cli {
namespace {

using warehouse::Cell;
using warehouse::CellType;
using warehouse::Connection;
using warehouse::Row;

constexpr const char* kDay =
    "select orders, units, gross_revenue, discounts, taxes, refunds, net_revenue, aov, "
    "orders_delivered, orders_returned, return_rate, new_customers, repeat_customers, guest_orders "
    "from fct_revenue_daily where date = cast($1 as date)";
enum DayColumn {
  kOrders,
  kUnits,
  kGross,
  kDiscounts,
  kTaxes,
  kRefunds,
  kNet,
  kAov,
  kDelivered,
  kReturned,
  kReturnRate,
  kNewCustomers,
  kRepeatCustomers,
  kGuestOrders
};

// Each order and piece goes with the staged row that it comes from.
constexpr const char* kSales =
    "with sales as ("
    "select order_id, sold_at, customer_id, is_first_order, units, gross_revenue, discounts, taxes "
    "from fct_orders where sold_date = cast($1 as date)), "
    "sent as ("
    "select r.order_id, r.source_file || ':' || cast(r.source_line as text) as source, "
    "row_number() "
    "over (partition by r.order_id order by r.ingested_at desc, r.source_line desc) as recency "
    "from stg_orders r join sales s on s.order_id = r.order_id) "
    "select s.order_id, s.sold_at, s.customer_id, s.is_first_order, s.units, "
    "s.gross_revenue as gross, s.discounts, s.taxes, "
    "cast(s.gross_revenue - s.discounts - s.taxes as numeric(18, 2)) as amount, r.source "
    "from sales s left join sent r on r.order_id = s.order_id and r.recency = 1 "
    "order by s.sold_at, s.order_id";

constexpr const char* kReturnedPieces =
    "with pieces as ("
    "select order_id, line_number, piece_number, return_id, quantity, returned_at, "
    "days_since_delivery, is_refundable, refund_amount "
    "from fct_returns where returned_date = cast($1 as date)), "
    "orders_sent as ("
    "select r.order_id, r.source_file || ':' || cast(r.source_line as text) as source, "
    "row_number() "
    "over (partition by r.order_id order by r.ingested_at desc, r.source_line desc) as recency "
    "from stg_orders r where r.order_id in (select p.order_id from pieces p)), "
    "returns_sent as ("
    "select r.return_id, r.source_file || ':' || cast(r.source_line as text) as source, "
    "row_number() "
    "over (partition by r.return_id order by r.ingested_at desc, r.source_line desc) as recency "
    "from stg_returns r where r.return_id in (select p.return_id from pieces p)) "
    "select p.order_id, p.line_number as line, p.piece_number as piece, p.return_id, p.quantity, "
    "p.returned_at, o.sold_date, p.days_since_delivery as days, p.is_refundable, "
    "p.refund_amount as refund, coalesce(s.source, r.source) as source "
    "from pieces p join fct_orders o on o.order_id = p.order_id "
    "left join orders_sent r on r.order_id = p.order_id and r.recency = 1 "
    "left join returns_sent s on s.return_id = p.return_id and s.recency = 1 "
    "order by p.returned_at, p.order_id, p.line_number, p.piece_number";

constexpr const char* kDeliveries =
    "with deliveries as ("
    "select order_id, delivered_at, sold_date, "
    "cast(gross_revenue - discounts - taxes as numeric(18, 2)) as amount, "
    "local_date(delivered_at + interval '720 hours') as last_window_day "
    "from fct_orders where local_date(delivered_at) = cast($1 as date)), "
    "came_back as ("
    "select r.order_id, min(r.returned_date) as first_return, "
    "cast(sum(case when r.returned_date < cast($1 as date) then r.refund_amount else 0 end) "
    "as numeric(18, 2)) as refunded_before "
    "from fct_returns r join deliveries d on d.order_id = r.order_id group by r.order_id), "
    "sent as ("
    "select r.order_id, r.source_file || ':' || cast(r.source_line as text) as source, "
    "row_number() "
    "over (partition by r.order_id order by r.ingested_at desc, r.source_line desc) as recency "
    "from stg_orders r join deliveries d on d.order_id = r.order_id) "
    "select d.order_id, d.delivered_at, d.sold_date, c.first_return, d.amount, "
    "cast(coalesce(c.refunded_before, 0) as numeric(18, 2)) as refunded_before, "
    "cast(d.amount - coalesce(c.refunded_before, 0) as numeric(18, 2)) as delivered, "
    "d.last_window_day, r.source "
    "from deliveries d left join came_back c on c.order_id = d.order_id "
    "left join sent r on r.order_id = d.order_id and r.recency = 1 "
    "order by d.delivered_at, d.order_id";

constexpr const char* kRecognition =
    "select billed, delivered_amount, expected_return_rate, revenue_recognised, revenue_released, "
    "revenue_reversed, net_revenue_recognised, refunds_paid, deferred_revenue, refund_liability "
    "from fct_revenue_recognition_daily where date = cast($1 as date)";
enum RecognitionColumn {
  kBilled,
  kDeliveredAmount,
  kRate,
  kRecognised,
  kReleased,
  kReversed,
  kNetRecognised,
  kRefundsPaid,
  kDeferred,
  kLiability
};

constexpr const char* kRatePools =
    "select p.date as pool, p.last_window_date as last_window_day, p.delivered, "
    "cast(coalesce(sum(r.refund), 0) as numeric(18, 2)) as refunds "
    "from int_recognition_pools p left join int_recognition_refunds r on r.date = p.date "
    "where p.date >= cast($1 as date) - 180 and p.date < cast($1 as date) "
    "and p.last_window_date < cast($1 as date) "
    "group by p.date, p.last_window_date, p.delivered order by p.date";

// `expected` of an earlier day's pool is what was not recognised of it.
constexpr const char* kClosedPools =
    "select p.date as pool, p.delivered, "
    "cast(f.delivered_amount - f.revenue_recognised as numeric(18, 2)) as expected, "
    "cast(coalesce(sum(r.refund), 0) as numeric(18, 2)) as refunds "
    "from int_recognition_pools p join fct_revenue_recognition_daily f on f.date = p.date "
    "left join int_recognition_refunds r on r.date = p.date "
    "where p.last_window_date + 1 = cast($1 as date) "
    "group by p.date, p.delivered, f.delivered_amount, f.revenue_recognised order by p.date";

constexpr const char* kPoolRefunds =
    "select r.date as pool, "
    "cast(f.delivered_amount - f.revenue_recognised as numeric(18, 2)) as expected, "
    "cast(sum(case when r.returned_date < cast($1 as date) then r.refund else 0 end) "
    "as numeric(18, 2)) as refunded_before, "
    "cast(sum(case when r.returned_date = cast($1 as date) then r.refund else 0 end) "
    "as numeric(18, 2)) as refund "
    "from int_recognition_refunds r join fct_revenue_recognition_daily f on f.date = r.date "
    "where r.returned_date <= cast($1 as date) and r.date in ("
    "select b.date from int_recognition_refunds b where b.returned_date = cast($1 as date)) "
    "group by r.date, f.delivered_amount, f.revenue_recognised order by r.date";

// Figures side by side: what was worked out, what is published, and how it was worked out.
class Figures {
 public:
  explicit Figures(Proof& proof) : proof_(proof) {}

  void add(const std::string& name, Money worked_out, const Cell& published, std::string how = "") {
    proof_.expect_equal(name, worked_out, published);
    rows_.push_back({name, to_string(worked_out), published, std::move(how)});
  }
  void add(const std::string& name, std::int64_t worked_out, const Cell& published,
           std::string how = "") {
    proof_.expect_equal(name, worked_out, published);
    rows_.push_back({name, std::to_string(worked_out), published, std::move(how)});
  }
  // A ratio, nothing where the divisor is 0, shown with as many decimals.
  void add_ratio(const std::string& name, double dividend, double divisor, int decimals,
                 const Cell& published, std::string how) {
    const bool is_null = divisor == 0;
    const double worked_out = is_null ? 0 : dividend / divisor;
    const double stored = published ? std::stod(*published) : 0;
    proof_.expect(
        is_null == !published && std::abs(worked_out - stored) <= std::abs(stored) * 1e-12,
        fmt::format("{}: worked out {}, published {}", name,
                    is_null ? "nothing" : fmt::format("{}", worked_out),
                    published.value_or("nothing")));
    const auto shown = [&](bool none, double value) {
      return none ? Cell() : Cell(fmt::format("{:.{}f}", value, decimals));
    };
    rows_.push_back({name, shown(is_null, worked_out), shown(!published, stored), std::move(how)});
  }

  void print(std::ostream& out, const std::string& heading) {
    out << '\n' << heading << '\n';
    answers::print(out,
                   {{{"figure", CellType::text},
                     {"worked out", CellType::decimal},
                     {"published", CellType::decimal},
                     {"how", CellType::text}},
                    std::move(rows_)},
                   answers::OutputFormat::table);
    rows_.clear();
  }

 private:
  Proof& proof_;
  std::vector<Row> rows_;
};

class DayExplanation {
 public:
  DayExplanation(std::ostream& out, Connection& connection, Day day, const ExplainOptions& options)
      : out_(out),
        connection_(connection),
        day_(to_string(day)),
        before_(to_string(day + -1)),
        options_(options),
        figures_(proof_) {}

  bool print() {
    const auto published = connection_.query(kDay, {day_}).rows;
    if (published.empty()) throw_unknown_day();
    out_ << fmt::format("Day {} ({}): net revenue {}\n", day_, reporting_timezone(connection_),
                        published[0][kNet].value_or("-"));
    print_sales();
    print_returns();
    print_deliveries();
    print_day(published[0]);
    print_recognition();
    return proof_.conclude(out_, "Adds up: both rows of the day are the sums of what is listed.");
  }

 private:
  [[noreturn]] void throw_unknown_day() {
    const auto range = connection_.query("select min(date), max(date) from fct_revenue_daily").rows;
    if (range.empty() || !range[0][0]) {
      throw Error(fmt::format("there is no day {}: nothing has been sold yet", day_));
    }
    throw Error(
        fmt::format("there is no day {}: the first sale was on {}, and {} is the last day "
                    "with a sale, delivery or return",
                    day_, *range[0][0], *range[0][1]));
  }

  // Shows the rows of `sql` and gives each of them to `visit`.
  void list(const std::string& heading, const char* sql, const std::string& if_empty,
            const std::function<void(const Row&)>& visit) {
    ShownRows rows(options_);
    connection_.for_each(sql, {day_}, [&](const auto& columns, const Row& row) {
      rows.add(columns, row);
      visit(row);
    });
    rows.print(out_, heading, if_empty);
  }

  void print_sales() {
    list("Sales of the day", kSales, "none", [&](const Row& row) {
      ++orders_;
      if (!row[2]) {
        ++guests_;
      } else {
        customers_.insert(*row[2]);
      }
      if (row[3] == "true") ++new_customers_;
      units_ += number_of(row[4]);
      gross_ = gross_ + money_of(row[5]);
      discounts_ = discounts_ + money_of(row[6]);
      taxes_ = taxes_ + money_of(row[7]);
    });
  }

  void print_returns() {
    list("Pieces returned on the day", kReturnedPieces, "none", [&](const Row& row) {
      orders_returned_.insert(*row[0]);
      refunds_ = refunds_ + money_of(row[9]);
    });
  }

  void print_deliveries() {
    list("Orders delivered on the day", kDeliveries, "none", [&](const Row& row) {
      ++deliveries_;
      if (row[3]) ++came_back_;
      delivered_ = delivered_ + money_of(row[6]);
    });
  }

  void print_day(const Row& row) {
    const Money amount = gross_ - discounts_ - taxes_;
    const auto customers = static_cast<std::int64_t>(customers_.size());
    figures_.add("orders", orders_, row[kOrders], "sales of the day");
    figures_.add("units", units_, row[kUnits], "of the sales");
    figures_.add("gross_revenue", gross_, row[kGross], "of the sales");
    figures_.add("discounts", discounts_, row[kDiscounts], "of the sales");
    figures_.add("taxes", taxes_, row[kTaxes], "of the sales");
    figures_.add("refunds", refunds_, row[kRefunds], "pieces returned on the day");
    figures_.add("net_revenue", amount - refunds_, row[kNet],
                 fmt::format("{} - {} - {} - {}", to_string(gross_), to_string(discounts_),
                             to_string(refunds_), to_string(taxes_)));
    figures_.add_ratio(
        "aov", static_cast<double>(amount.cents), static_cast<double>(orders_) * 100, 2, row[kAov],
        orders_ == 0 ? "nothing sold"
                     : fmt::format("({} - {} - {}) / {}", to_string(gross_), to_string(discounts_),
                                   to_string(taxes_), orders_));
    figures_.add("orders_delivered", deliveries_, row[kDelivered], "deliveries of the day");
    figures_.add("orders_returned", static_cast<std::int64_t>(orders_returned_.size()),
                 row[kReturned], "orders of the returned pieces");
    figures_.add_ratio("return_rate", static_cast<double>(came_back_),
                       static_cast<double>(deliveries_), 4, row[kReturnRate],
                       deliveries_ == 0 ? "nothing delivered"
                                        : fmt::format("{} of {} delivered came back, whenever",
                                                      came_back_, deliveries_));
    figures_.add("new_customers", new_customers_, row[kNewCustomers], "first orders");
    figures_.add("repeat_customers", customers - new_customers_, row[kRepeatCustomers],
                 fmt::format("{} less the new", counted(customers, "customer")));
    figures_.add("guest_orders", guests_, row[kGuestOrders], "sales without a customer");
    figures_.print(out_, "fct_revenue_daily");
  }

  void print_recognition() {
    const auto published = connection_.query(kRecognition, {day_}).rows;
    proof_.expect(!published.empty(), "fct_revenue_recognition_daily: no such day");
    if (published.empty()) return;
    const auto balances = connection_.query(kRecognition, {before_}).rows;
    const Money deferred_before = balances.empty() ? Money{} : money_of(balances[0][kDeferred]);
    const Money liability_before = balances.empty() ? Money{} : money_of(balances[0][kLiability]);

    print_rate_pools();
    print_pool_refunds();
    print_closed_pools();
    const Row& row = published[0];
    const Money billed = gross_ - discounts_ - taxes_;
    const Money expected = rate_delivered_.cents == 0
                               ? Money{}
                               : prorate(delivered_, rate_refunds_.cents, rate_delivered_.cents);
    const Money recognised = delivered_ - expected;
    const Money reversed = from_liability_ - pool_refunds_;
    const Money deferred_refunds = refunds_ - pool_refunds_;
    figures_.add("billed", billed, row[kBilled], "amounts of the day's sales");
    figures_.add("delivered_amount", delivered_, row[kDeliveredAmount],
                 "amounts delivered less what was refunded before");
    figures_.add_ratio(
        "expected_return_rate", static_cast<double>(rate_refunds_.cents),
        rate_delivered_.cents == 0 ? 1 : static_cast<double>(rate_delivered_.cents), 4, row[kRate],
        rate_delivered_.cents == 0
            ? "no pool to go by"
            : fmt::format("R / B = {} / {}", to_string(rate_refunds_), to_string(rate_delivered_)));
    figures_.add("revenue_recognised", recognised, row[kRecognised],
                 fmt::format("{} - {} expected", to_string(delivered_), expected_text(expected)));
    figures_.add("revenue_released", released_, row[kReleased], "left of the pools that closed");
    figures_.add("revenue_reversed", reversed, row[kReversed],
                 fmt::format("{} from liability - {} refunds of pools", to_string(from_liability_),
                             to_string(pool_refunds_)));
    figures_.add("net_revenue_recognised", recognised + released_ + reversed, row[kNetRecognised],
                 "the sum of the three");
    figures_.add("refunds_paid", refunds_, row[kRefundsPaid], "pieces returned on the day");
    figures_.add("deferred_revenue", deferred_before + billed - delivered_ - deferred_refunds,
                 row[kDeferred],
                 fmt::format("{} + {} billed - {} delivered - {} refunds before delivery",
                             to_string(deferred_before), to_string(billed), to_string(delivered_),
                             to_string(deferred_refunds)));
    figures_.add(
        "refund_liability", liability_before + expected - from_liability_ - released_,
        row[kLiability],
        fmt::format("{} + {} expected - {} refunds - {} released", to_string(liability_before),
                    to_string(expected), to_string(from_liability_), to_string(released_)));
    figures_.print(out_, "fct_revenue_recognition_daily");
  }

  std::string expected_text(Money expected) const {
    if (rate_delivered_.cents == 0) return to_string(expected);
    return fmt::format("{} (= round({} x {} / {}))", to_string(expected), to_string(delivered_),
                       to_string(rate_refunds_), to_string(rate_delivered_));
  }

  void print_rate_pools() {
    list("Pools for the rate: of the 180 days before, window over", kRatePools,
         "none: the rate is 0", [&](const Row& row) {
           rate_delivered_ = rate_delivered_ + money_of(row[2]);
           rate_refunds_ = rate_refunds_ + money_of(row[3]);
         });
    if (rate_delivered_.cents != 0) {
      out_ << fmt::format("B = {} delivered, R = {} refunded\n", to_string(rate_delivered_),
                          to_string(rate_refunds_));
    }
  }

  void print_pool_refunds() {
    list("Refunds of the day by pool (day of delivery)", kPoolRefunds, "none", [&](const Row& row) {
      const Money expected = money_of(row[1]);
      const Money before = money_of(row[2]);
      const Money refund = money_of(row[3]);
      from_liability_ =
          from_liability_ + std::min(before + refund, expected) - std::min(before, expected);
      pool_refunds_ = pool_refunds_ + refund;
    });
  }

  void print_closed_pools() {
    list("Pools whose window closed the day before", kClosedPools, "none", [&](const Row& row) {
      const Money expected = money_of(row[2]);
      released_ = released_ + expected - std::min(money_of(row[3]), expected);
    });
  }

  std::ostream& out_;
  Connection& connection_;
  const std::string day_;
  const std::string before_;
  const ExplainOptions options_;
  Proof proof_;
  Figures figures_;
  std::int64_t orders_ = 0, units_ = 0, guests_ = 0, new_customers_ = 0;
  std::int64_t deliveries_ = 0, came_back_ = 0;
  std::set<std::string> customers_;
  std::set<std::string> orders_returned_;
  Money gross_, discounts_, taxes_, refunds_;
  Money delivered_;  // of the day's pool
  Money rate_delivered_, rate_refunds_;
  Money pool_refunds_, from_liability_, released_;
};

}  // namespace

bool explain_day(std::ostream& out, Connection& connection, Day day,
                 const ExplainOptions& options) {
  return DayExplanation(out, connection, day, options).print();
}

}  // namespace cartograph::cli
