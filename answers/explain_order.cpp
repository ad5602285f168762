// An order, line by line. Its amounts are those of the tables: what they have to be is for the
// checks to say.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "answers/explanation.hpp"
#include "answers/order_rows.hpp"
#include "answers/row_list.hpp"
#include "answers/store.hpp"
#include "base/exact_text.hpp"

namespace cartograph::answers {
namespace {

constexpr std::size_t kRejectedShown = 20;

std::string shown(const std::optional<Instant>& instant) {
  return instant ? short_text(*instant) : "-";
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

std::string customer_text(const OrderFacts& order) {
  if (!order.customer_id) return "none: a guest, whose orders are nobody's first";
  if (order.is_first_order) {
    return fmt::format("{}: this is the customer's first order", *order.customer_id);
  }
  if (!order.first_order_id) {
    return fmt::format("{}: the customer has bought nothing yet", *order.customer_id);
  }
  return fmt::format("{}: not the first order, which is {} of {}", *order.customer_id,
                     *order.first_order_id, shown(order.first_sold_at));
}

std::vector<Fact> facts_of(const OrderFacts& order, const std::vector<OrderRow>& rows,
                           const std::string& timezone) {
  std::vector<Fact> facts = {{"status", order.status, {}},
                             {"customer", customer_text(order), {}},
                             {"created_at", shown(order.created_at), {}},
                             {"paid_at", shown(order.paid_at), {}},
                             {"fulfilled_at", shown(order.fulfilled_at), {}},
                             {"delivered_at", shown(order.delivered_at), {}},
                             {"returned_at", shown(order.returned_at), {}}};
  facts.push_back({"sold_at",
                   order.sold_at
                       ? fmt::format("{}, from {}; day {} ({})", shown(order.sold_at),
                                     order.sold_from.value_or("-"),
                                     to_cell(order.sold_date).value_or("-"), timezone)
                       : "- none of paid_at, fulfilled_at, delivered_at is set: not a sale, in no "
                         "metric, all amounts 0",
                   {}});
  facts.push_back({"payment_method", order.payment_method.value_or("- (unknown)"), {}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    facts.push_back({i == 0 ? "row" : "supersedes", "status " + rows[i].status, rows[i].source});
  }
  return facts;
}

std::string refundable_text(const OrderPiece& piece) {
  if (!piece.delivered_at) return "refundable: the order was never delivered";
  const std::int64_t after = piece.returned_at.micros - piece.delivered_at->micros;
  return fmt::format("{} {} delivery: {}", duration(std::abs(after)),
                     after < 0 ? "before" : "after",
                     piece.is_refundable ? "refundable, no later than 30 x 24 hours after it"
                                         : "not refundable, later than 30 x 24 hours after it");
}

// What came back, and why it is paid back or not.
std::string piece_text(const OrderPiece& piece) {
  return fmt::format("piece {}: {}{} of {} back with {} at {}, {}{}; {}; counts on {}{}",
                     piece.piece_number, piece.quantity,
                     piece.quantity < piece.sent_quantity
                         ? fmt::format(" (not {}: no more is left)", piece.sent_quantity)
                         : "",
                     piece.line_quantity, piece.return_id.value_or("the whole order"),
                     short_text(piece.returned_at), piece.source, superseding(piece.earlier_rows),
                     refundable_text(piece), to_string(piece.returned_date),
                     piece.is_moved ? ": not before the day of the sale" : "");
}

std::string waiting_text(const WaitingRow& row) {
  return fmt::format("{}: {} at {}, {}: no piece, {}", row.name, row.quantity,
                     shown(row.returned_at), row.source, row.reason);
}

std::string version_text(const OrderLine& line) {
  if (line.is_inferred) return "product never sent: no list price";
  return fmt::format(
      "list price {}, version from {}{}, {}", to_cell(line.list_price).value_or("-"),
      shown(line.version_from),
      line.is_before_first ? " (the first one, for what was sold before it too)" : "",
      line.version_source.value_or("-"));
}

Part line_part(const OrderLine& line, const std::vector<OrderPiece>& pieces) {
  Part part{fmt::format("Line {}: {} x {}", line.line_number, line.quantity, line.sku),
            line.source + superseding(line.earlier_rows),
            {},
            {},
            {}};
  part.figures.push_back(figure("merchandise", line.merchandise,
                                fmt::format("{} x {}", line.quantity, to_string(line.unit_price))));
  if (!line.is_sold) {
    part.notes.push_back("not sold: no amounts");
    return part;
  }
  part.notes.push_back(version_text(line));
  part.figures.push_back(figure("tax", line.tax_amount, "+"));
  part.figures.push_back(figure("gross amount", line.gross_amount, "= merchandise + tax"));
  part.figures.push_back(figure("discount", line.discount_amount, "-"));
  part.figures.push_back(
      figure("net line amount", line.net_line_amount, "= gross amount - discount - tax"));
  std::size_t came_back = 0;
  for (const OrderPiece& piece : pieces) {
    if (piece.line_number != line.line_number) continue;
    ++came_back;
    part.notes.push_back(piece_text(piece));
    part.figures.push_back(figure(
        fmt::format("refund of piece {}", piece.piece_number), piece.refund_amount,
        piece.is_refundable ? fmt::format("round({} x {} / {}) - {}",
                                          to_string(piece.net_line_amount), piece.refunded_quantity,
                                          piece.line_quantity, to_string(piece.refunded_before))
                            : "not refundable"));
  }
  if (came_back == 0) part.notes.push_back("nothing came back");
  part.figures.push_back(
      figure("refund", line.refund_amount,
             fmt::format("- of {}", counted(static_cast<std::int64_t>(came_back), "piece"))));
  part.figures.push_back(
      figure("net revenue of the line", line.net_revenue, "= net line amount - refund"));
  return part;
}

Part total_part(const OrderFacts& order) {
  Part part{
      fmt::format("Order, {}, {}", counted(order.line_count, "line"), counted(order.units, "unit")),
      {},
      {},
      {},
      {figure("gross revenue", order.gross_revenue, "of the lines"),
       figure("discounts", order.discounts, "-"), figure("refunds", order.refunds, "-"),
       figure("taxes", order.taxes, "-"),
       figure("net revenue", order.net_revenue, "= gross revenue - discounts - refunds - taxes")}};
  if (order.line_count == 0) {
    part.notes.push_back("No line of this order was ever sent: all its amounts are 0.");
  }
  return part;
}

// Whether `id` stands in `text` as a word of its own.
bool names(std::string_view text, std::string_view id) {
  const auto ends_word = [&](std::size_t at) {
    return at >= text.size() ||
           std::string_view(",;:\"'}] \t\r\n").find(text[at]) != std::string_view::npos;
  };
  for (std::size_t at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
    if ((at == 0 || ends_word(at - 1)) && ends_word(at + id.size())) return true;
  }
  return false;
}

std::vector<RejectedNaming> rejected_rows(warehouse::Connection& connection,
                                          const std::string& order_id) {
  std::vector<RejectedNaming> rows;
  ask_each<RejectedNaming>(
      connection,
      [&](RejectedNaming&& row) {
        if (rows.size() < kRejectedShown && names(row.raw_row, order_id)) rows.push_back(row);
      },
      order_id);
  return rows;
}

Explanation explain_waiting(warehouse::Connection& connection, const std::string& order_id) {
  const auto rejected = rejected_rows(connection, order_id);
  auto waiting = ask<WaitingRow>(connection, order_id);
  if (waiting.empty()) {
    std::string text = fmt::format("there is no order {}: no staged row names it", order_id);
    for (const RejectedNaming& row : rejected) {
      text += fmt::format("\n  a rejected row does: {}: {}", row.source, row.reasons);
    }
    throw NotFound(text);
  }
  Explanation explanation{"order", order_id,
                          fmt::format("Order {}: never staged, and so in no figure", order_id)};
  Part part{"What waits for it"};
  part.lists.push_back(list_of(
      "Lines and returns", std::move(waiting), SIZE_MAX,
      {"kind", "name", "line_number", "sku", "quantity", "unit_price", "returned_at", "source"}));
  if (!rejected.empty()) {
    part.lists.push_back(
        list_of("Rejected rows that name it", rejected, kRejectedShown, {"reasons", "source"}));
  }
  explanation.parts.push_back(std::move(part));
  explanation.sum = "They take their place by themselves when the order arrives.";
  return explanation;
}

}  // namespace

Explanation explain_order(warehouse::Connection& connection, const std::string& order_id) {
  const auto order = ask_one<OrderFacts>(connection, order_id);
  if (!order) return explain_waiting(connection, order_id);
  Explanation explanation{"order", order_id,
                          order->sold_at ? fmt::format("Order {}: net revenue {}", order_id,
                                                       to_string(order->net_revenue))
                                         : fmt::format("Order {}: not a sale", order_id)};
  const auto store = ask_one<Store>(connection);
  explanation.facts = facts_of(*order, ask<OrderRow>(connection, order_id),
                               store->reporting_timezone.value_or("UTC"));
  const auto pieces = ask<OrderPiece>(connection, order_id);
  for (const OrderLine& line : ask<OrderLine>(connection, order_id)) {
    explanation.parts.push_back(line_part(line, pieces));
  }
  Part returns{"Returns that are in no figure"};
  for (const WaitingRow& row : ask<WaitingRow>(connection, order_id)) {
    returns.notes.push_back(fmt::format("line {}: {}", row.line_number, waiting_text(row)));
  }
  if (!returns.notes.empty()) explanation.parts.push_back(std::move(returns));
  explanation.parts.push_back(total_part(*order));
  explanation.sum =
      "The figures of the lines are sums of their pieces, and those of the order sums of its "
      "lines.";
  prove(connection, explanation);
  return explanation;
}

}  // namespace cartograph::answers
