// An order from its staged rows: which of them count, what its lines come to, and what was paid
// back. The rules are those of the models, written a second time: pieces are cut and refunds
// rounded here.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "base/error.hpp"
#include "cli/explain.hpp"

namespace cartograph::cli {
namespace {

using warehouse::Cell;
using warehouse::Connection;
using warehouse::Row;

constexpr const char* kOrder =
    "select customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at, "
    "sold_at, sold_date, is_sale, is_first_order, payment_method, line_count, units, "
    "gross_revenue, discounts, refunds, taxes, net_revenue from fct_orders where order_id = $1";
enum OrderColumn {
  kCustomer,
  kStatus,
  kCreated,
  kPaid,
  kFulfilled,
  kDelivered,
  kReturned,
  kSoldAt,
  kSoldDate,
  kIsSale,
  kIsFirst,
  kMethod,
  kLineCount,
  kUnits,
  kGross,
  kDiscounts,
  kRefunds,
  kTaxes,
  kNet
};

// Newest first: the first row counts.
constexpr const char* kOrderRows =
    "select customer_id, status, created_at, paid_at, fulfilled_at, delivered_at, returned_at, "
    "source_file, source_line from stg_orders where order_id = $1 "
    "order by ingested_at desc, source_line desc";
constexpr std::array<const char*, 7> kStateNames = {"customer_id", "status",       "created_at",
                                                    "paid_at",     "fulfilled_at", "delivered_at",
                                                    "returned_at"};
constexpr std::size_t kOrderFile = 7;
constexpr std::size_t kOrderLine = 8;

constexpr const char* kFirstSale =
    "select order_id, sold_at from fct_orders where customer_id = $1 and is_sale "
    "order by sold_at, order_id limit 1";

constexpr const char* kLines =
    "with versions as ("
    "select order_id, line_number, sku, quantity, unit_price, discount_amount, tax_amount, "
    "source_file, source_line, "
    "row_number() over (partition by line_number order by ingested_at desc, source_line desc) "
    "as recency, count(*) over (partition by line_number) - 1 as earlier "
    "from stg_order_items where order_id = $1) "
    "select v.line_number, v.sku, v.quantity, v.unit_price, v.discount_amount, v.tax_amount, "
    "v.source_file, v.source_line, v.earlier, f.product_key, f.list_price, f.gross_amount, "
    "f.discount_amount, f.tax_amount, f.net_line_amount, f.refund_amount, f.net_revenue "
    "from versions v "
    "left join fct_order_items f on f.order_id = v.order_id and f.line_number = v.line_number "
    "where v.recency = 1 order by v.line_number";
enum LineColumn {
  kLineNumber,
  kSku,
  kQuantity,
  kUnitPrice,
  kDiscount,
  kTax,
  kLineFile,
  kLineLine,
  kLineEarlier,
  kProductKey,
  kListPrice,
  kFactGross,
  kFactDiscount,
  kFactTax,
  kFactNetLine,
  kFactRefund,
  kFactNet
};

// The latest row of a return may name another order than its earlier ones did.
constexpr const char* kReturns =
    "with versions as ("
    "select return_id, order_id, line_number, quantity, returned_at, source_file, source_line, "
    "row_number() over (partition by return_id order by ingested_at desc, source_line desc) "
    "as recency, count(*) over (partition by return_id) - 1 as earlier "
    "from stg_returns "
    "where return_id in (select r.return_id from stg_returns r where r.order_id = $1)) "
    "select return_id, line_number, quantity, returned_at, source_file, source_line, earlier "
    "from versions where recency = 1 and order_id = $1 "
    "order by line_number, returned_at, return_id";

constexpr const char* kPieces =
    "select r.line_number, r.piece_number, r.return_id, r.quantity, r.returned_at, "
    "r.returned_date, r.is_refundable, r.refund_amount, "
    "greatest(local_date(r.returned_at), o.sold_date) as day "
    "from fct_returns r join fct_orders o on o.order_id = r.order_id where r.order_id = $1 "
    "order by r.line_number, r.piece_number";

constexpr const char* kSoldDay = "select local_date(sold_at) from fct_orders where order_id = $1";

constexpr const char* kVersions =
    "with sent as ("
    "select p.sku, p.updated_at, p.source_file, p.source_line, row_number() over ("
    "partition by p.sku, p.updated_at order by p.ingested_at desc, p.source_line desc) as recency "
    "from stg_products p "
    "where p.sku in (select i.sku from fct_order_items i where i.order_id = $1)) "
    "select d.product_key, d.valid_from, d.is_inferred, s.source_file, s.source_line, d.valid_to "
    "from dim_product d "
    "left join sent s on s.sku = d.sku and s.updated_at = d.valid_from and s.recency = 1 "
    "where d.product_key in (select i.product_key from fct_order_items i where i.order_id = $1)";

constexpr std::int64_t kRefundWindowMicros = 30 * kMicrosPerDay;

struct Return {
  std::string id;
  std::int64_t quantity;
  Cell returned_at;
  std::string source;
  std::int64_t earlier;
};

struct Line {
  std::int64_t number;
  Row row;
  std::vector<Return> returns;  // in the order in which they take from the line
};

void print_amount(std::ostream& out, std::string_view label, Money amount) {
  out << fmt::format("  {:<46}{:>16}\n", label, to_string(amount));
}

std::string superseding(std::int64_t earlier) {
  return earlier == 0 ? "" : fmt::format(" (supersedes {})", counted(earlier, "earlier row"));
}

// "14 d 23:00:00", with microseconds where there are any.
std::string duration(std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  std::string text = fmt::format("{} d {:02}:{:02}:{:02}", seconds / 86'400, seconds / 3'600 % 24,
                                 seconds / 60 % 60, seconds % 60);
  if (micros % kMicrosPerSecond != 0) text += fmt::format(".{:06}", micros % kMicrosPerSecond);
  return text;
}

class OrderExplanation {
 public:
  OrderExplanation(std::ostream& out, Connection& connection, const std::string& order_id,
                   Row order)
      : out_(out), connection_(connection), order_id_(order_id), order_(std::move(order)) {}

  bool print() {
    read();
    print_order();
    for (const Line& line : lines_) print_line(line);
    if (lines_.empty()) out_ << "\nNo line of this order was ever sent: all its amounts are 0.\n";
    print_returns_without_line();
    print_totals();
    return proof_.conclude(out_, "Adds up: every line, piece and total is what is published.");
  }

 private:
  bool is_sale() const { return order_[kIsSale] == "true"; }

  void read() {
    for (auto& row : connection_.query(kLines, {order_id_}).rows) {
      lines_.push_back({number_of(row[kLineNumber]), row, {}});
    }
    for (const auto& row : connection_.query(kReturns, {order_id_}).rows) {
      const auto line = std::find_if(lines_.begin(), lines_.end(), [&](const Line& known) {
        return known.number == number_of(row[1]);
      });
      Return sent{*row[0], number_of(row[2]), row[3], source_of(row[4], row[5]), number_of(row[6])};
      if (line == lines_.end()) {
        returns_without_line_.emplace_back(number_of(row[1]), std::move(sent));
      } else {
        line->returns.push_back(std::move(sent));
      }
    }
    for (auto& row : connection_.query(kPieces, {order_id_}).rows) {
      pieces_[{number_of(row[0]), number_of(row[1])}] = row;
    }
    for (auto& row : connection_.query(kVersions, {order_id_}).rows) versions_[*row[0]] = row;
    order_rows_ = connection_.query(kOrderRows, {order_id_}).rows;
    if (order_rows_.empty()) {
      throw Error(
          fmt::format("order {} is published, but no row of it is staged; cartograph rebuild "
                      "makes the tables anew from the staged rows",
                      order_id_));
    }
  }

  void print_fact(std::string_view label, std::string_view text) {
    out_ << fmt::format("  {:<16}{}\n", label, text);
  }

  void print_order() {
    out_ << "Order " << order_id_
         << (is_sale() ? ": net revenue " + order_[kNet].value_or("") : ": not a sale") << '\n';
    print_fact("status", order_[kStatus].value_or(""));
    print_customer();
    for (std::size_t i = kCreated; i <= kReturned; ++i) {
      print_fact(kStateNames[i], shown_instant(order_[i]));
    }
    print_sold_at();
    print_fact("payment_method", order_[kMethod].value_or("- (unknown)"));
    print_fact("row", order_source());
    for (std::size_t i = 1; i < order_rows_.size(); ++i) {
      print_fact(i == 1 ? "supersedes" : "",
                 source_of(order_rows_[i][kOrderFile], order_rows_[i][kOrderLine]));
    }
    for (std::size_t i = 0; i < kStateNames.size(); ++i) {
      proof_.expect(
          order_rows_[0][i] == order_[i],
          fmt::format("{}: the row that counts says {}, published {}", kStateNames[i],
                      order_rows_[0][i].value_or("nothing"), order_[i].value_or("nothing")));
    }
  }

  std::string order_source() const {
    return source_of(order_rows_[0][kOrderFile], order_rows_[0][kOrderLine]);
  }

  void print_customer() {
    if (!order_[kCustomer]) {
      print_fact("customer", "none: a guest, whose orders are nobody's first");
      proof_.expect(order_[kIsFirst] == "false", "is_first_order: true for a guest");
      return;
    }
    const auto first = connection_.query(kFirstSale, {order_[kCustomer]}).rows;
    const bool is_first = !first.empty() && first[0][0] == order_id_;
    std::string text = *order_[kCustomer];
    if (is_first) {
      text += ": this is the customer's first order";
    } else if (first.empty()) {
      text += ": the customer has bought nothing yet";
    } else {
      text += fmt::format(": not the first order, which is {} of {}", *first[0][0],
                          shown_instant(first[0][1]));
    }
    print_fact("customer", text);
    proof_.expect(is_first == (order_[kIsFirst] == "true"),
                  "is_first_order: published " + order_[kIsFirst].value_or("nothing"));
  }

  void print_sold_at() {
    for (std::size_t column = kPaid; column <= kDelivered; ++column) {
      if (!order_[column]) continue;
      print_fact("sold_at", fmt::format("{}, from {}; day {} ({})", shown_instant(order_[column]),
                                        kStateNames[column], order_[kSoldDate].value_or("-"),
                                        reporting_timezone(connection_)));
      proof_.expect(order_[column] == order_[kSoldAt],
                    "sold_at: published " + order_[kSoldAt].value_or("nothing"));
      proof_.expect(connection_.query(kSoldDay, {order_id_}).rows[0][0] == order_[kSoldDate],
                    "sold_date: published " + order_[kSoldDate].value_or("nothing"));
      return;
    }
    print_fact("sold_at",
               "- none of paid_at, fulfilled_at, delivered_at is set: not a sale, in no "
               "metric, all amounts 0");
    proof_.expect(!is_sale(), "is_sale: published true");
  }

  void print_line(const Line& line) {
    const Row& row = line.row;
    const std::int64_t quantity = number_of(row[kQuantity]);
    const Money merchandise = money_of(row[kUnitPrice]) * quantity;
    out_ << fmt::format("\nLine {}: {} x {}, {}{}\n", line.number, quantity, *row[kSku],
                        source_of(row[kLineFile], row[kLineLine]),
                        superseding(number_of(row[kLineEarlier])));
    units_ += quantity;
    print_amount(out_, fmt::format("  {} x {} merchandise", quantity, *row[kUnitPrice]),
                 merchandise);
    if (!is_sale()) {
      out_ << "  not sold: no amounts\n";
      prove_line(line, {}, {}, {}, {});
      for (const Return& sent : line.returns) print_waiting(sent, "until the order is a sale");
      return;
    }
    const Money tax = money_of(row[kTax]);
    const Money discount = money_of(row[kDiscount]);
    const Money gross = merchandise + tax;
    const Money net_line = gross - discount - tax;
    print_amount(out_, "+ tax", tax);
    print_amount(out_, "= gross amount", gross);
    print_amount(out_, "- discount", discount);
    print_amount(out_, "- tax", tax);
    print_amount(out_, "= net line amount", net_line);
    print_version(row);
    const Money refund = print_pieces(line, net_line);
    print_amount(out_, "- refund", refund);
    print_amount(out_, "= net revenue of the line", net_line - refund);
    prove_line(line, gross, discount, tax, refund);
    gross_ = gross_ + gross;
    discounts_ = discounts_ + discount;
    taxes_ = taxes_ + tax;
    refunds_ = refunds_ + refund;
  }

  void prove_line(const Line& line, Money gross, Money discount, Money tax, Money refund) {
    const Money net_line = gross - discount - tax;
    const auto figure = [&](const char* name) {
      return fmt::format("line {}, {}", line.number, name);
    };
    proof_.expect_equal(figure("gross_amount"), gross, line.row[kFactGross]);
    proof_.expect_equal(figure("discount_amount"), discount, line.row[kFactDiscount]);
    proof_.expect_equal(figure("tax_amount"), tax, line.row[kFactTax]);
    proof_.expect_equal(figure("net_line_amount"), net_line, line.row[kFactNetLine]);
    proof_.expect_equal(figure("refund_amount"), refund, line.row[kFactRefund]);
    proof_.expect_equal(figure("net_revenue"), net_line - refund, line.row[kFactNet]);
  }

  void print_version(const Row& row) {
    const auto version = row[kProductKey] ? versions_.find(*row[kProductKey]) : versions_.end();
    if (version == versions_.end()) {
      proof_.expect(false, fmt::format("line {}, product_key: in no row of dim_product",
                                       row[kLineNumber].value_or("")));
      return;
    }
    const Row& product = version->second;
    if (product[2] == "true") {
      out_ << "  product never sent: no list price\n";
      return;
    }
    proof_.expect(!product[5] || instant_of(order_[kSoldAt]) < instant_of(product[5]),
                  fmt::format("line {}, product_key: a version that had ended before the sale",
                              row[kLineNumber].value_or("")));
    const bool before_first = instant_of(order_[kSoldAt]) < instant_of(product[1]);
    out_ << fmt::format("  list price {}, version from {}{}, {}\n", row[kListPrice].value_or("-"),
                        shown_instant(product[1]),
                        before_first ? " (the first one, for what was sold before it too)" : "",
                        source_of(product[3], product[4]));
  }

  // Prints what came back of a line; returns what was paid back for it.
  Money print_pieces(const Line& line, Money net_line) {
    const std::int64_t quantity = number_of(line.row[kQuantity]);
    std::int64_t left = quantity;
    std::int64_t number = 0;
    std::int64_t refunded = 0;
    for (const Return& sent : line.returns) {
      const std::int64_t taken = std::min(sent.quantity, left);
      if (taken == 0) {
        print_waiting(sent, "since the line has nothing left");
        continue;
      }
      left -= taken;
      print_piece(line, ++number, sent, taken, net_line, refunded);
    }
    if (order_[kStatus] == "returned" && left > 0) {
      const Return rest{"", left, order_[kReturned], order_source(), 0};
      print_piece(line, ++number, rest, left, net_line, refunded);
    }
    if (number == 0) out_ << "  nothing came back\n";
    return prorate(net_line, refunded, quantity);
  }

  void print_piece(const Line& line, std::int64_t number, const Return& sent, std::int64_t taken,
                   Money net_line, std::int64_t& refunded) {
    const std::int64_t quantity = number_of(line.row[kQuantity]);
    const bool whole_order = sent.id.empty();
    out_ << fmt::format(
        "  piece {}: {}{} of {} back with {} at {}, {}{}\n", number, taken,
        taken < sent.quantity ? fmt::format(" (not {}: no more is left)", sent.quantity) : "",
        quantity, whole_order ? "the whole order" : sent.id, shown_instant(sent.returned_at),
        sent.source, superseding(sent.earlier));
    const bool refundable = print_refundable(sent);
    const Money before = prorate(net_line, refunded, quantity);
    if (refundable) refunded += taken;
    const Money refund = prorate(net_line, refunded, quantity) - before;
    if (refundable) {
      print_amount(out_,
                   fmt::format("    refund: round({} x {} / {}) - {}", to_string(net_line),
                               refunded, quantity, to_string(before)),
                   refund);
    } else {
      print_amount(out_, "    refund", refund);
    }
    prove_piece({line.number, number}, sent, taken, refundable, refund);
  }

  void prove_piece(std::pair<std::int64_t, std::int64_t> key, const Return& sent,
                   std::int64_t quantity, bool refundable, Money refund) {
    const std::string figure = fmt::format("line {} piece {}", key.first, key.second);
    const auto published = pieces_.find(key);
    if (published == pieces_.end()) {
      proof_.expect(false, figure + ": not published");
      return;
    }
    const Row row = published->second;
    pieces_.erase(published);
    const bool before_sale = instant_of(sent.returned_at) < instant_of(order_[kSoldAt]);
    out_ << fmt::format("    counts on {}{}\n", row[5].value_or("-"),
                        before_sale ? ": not before the day of the sale" : "");
    const auto expect = [&](bool holds, const char* name, const Cell& cell) {
      proof_.expect(holds,
                    fmt::format("{}, {}: published {}", figure, name, cell.value_or("nothing")));
    };
    expect(row[2].value_or("") == sent.id, "return_id", row[2]);
    expect(row[4] == sent.returned_at, "returned_at", row[4]);
    expect(row[5] == row[8], "returned_date", row[5]);
    expect((row[6] == "true") == refundable, "is_refundable", row[6]);
    proof_.expect_equal(figure + ", quantity", quantity, row[3]);
    proof_.expect_equal(figure + ", refund_amount", refund, row[7]);
  }

  // Says whether a piece is paid back, and why.
  bool print_refundable(const Return& sent) {
    if (!order_[kDelivered]) {
      out_ << "    refundable: the order was never delivered\n";
      return true;
    }
    const std::int64_t after =
        instant_of(sent.returned_at).micros - instant_of(order_[kDelivered]).micros;
    const bool refundable = after <= kRefundWindowMicros;
    out_ << fmt::format("    {} {} delivery: {}\n", duration(std::abs(after)),
                        after < 0 ? "before" : "after",
                        refundable ? "refundable, no later than 30 x 24 hours after it"
                                   : "not refundable, later than 30 x 24 hours after it");
    return refundable;
  }

  void print_waiting(const Return& sent, std::string_view why) {
    out_ << fmt::format("  {}: {} at {}, {}{}: no piece, {}\n", sent.id, sent.quantity,
                        shown_instant(sent.returned_at), sent.source, superseding(sent.earlier),
                        why);
  }

  void print_returns_without_line() {
    for (const auto& [line, sent] : returns_without_line_) {
      out_ << fmt::format("\nLine {} was never sent, and yet:\n", line);
      print_waiting(sent, "until the line arrives");
    }
    for (const auto& [key, row] : pieces_) {
      proof_.expect(false,
                    fmt::format("line {} piece {}: published, but nothing that is staged says so",
                                key.first, key.second));
    }
  }

  void print_totals() {
    const Money net = gross_ - discounts_ - refunds_ - taxes_;
    out_ << fmt::format("\nOrder, {}, {}\n",
                        counted(static_cast<std::int64_t>(lines_.size()), "line"),
                        counted(units_, "unit"));
    print_amount(out_, "gross revenue", gross_);
    print_amount(out_, "- discounts", discounts_);
    print_amount(out_, "- refunds", refunds_);
    print_amount(out_, "- taxes", taxes_);
    print_amount(out_, "= net revenue", net);
    proof_.expect_equal("line_count", static_cast<std::int64_t>(lines_.size()), order_[kLineCount]);
    proof_.expect_equal("units", units_, order_[kUnits]);
    proof_.expect_equal("gross_revenue", gross_, order_[kGross]);
    proof_.expect_equal("discounts", discounts_, order_[kDiscounts]);
    proof_.expect_equal("refunds", refunds_, order_[kRefunds]);
    proof_.expect_equal("taxes", taxes_, order_[kTaxes]);
    proof_.expect_equal("net_revenue", net, order_[kNet]);
  }

  std::ostream& out_;
  Connection& connection_;
  const std::string& order_id_;
  const Row order_;
  Proof proof_;
  std::vector<Row> order_rows_;
  std::vector<Line> lines_;
  std::vector<std::pair<std::int64_t, Return>> returns_without_line_;
  // As published, by line and piece; those that were worked out are taken away.
  std::map<std::pair<std::int64_t, std::int64_t>, Row> pieces_;
  std::map<std::string, Row> versions_;
  Money gross_, discounts_, taxes_, refunds_;
  std::int64_t units_ = 0;
};

}  // namespace

bool explain_order(std::ostream& out, Connection& connection, const std::string& order_id) {
  auto order = connection.query(kOrder, {order_id}).rows;
  if (order.empty()) {
    explain_waiting(out, connection, order_id);
    return true;
  }
  return OrderExplanation(out, connection, order_id, std::move(order[0])).print();
}

}  // namespace cartograph::cli
