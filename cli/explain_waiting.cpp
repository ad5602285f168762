// Orders that were never staged: what waits for them, and why they may not have come.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/explain.hpp"

namespace cartograph::cli {
namespace {

using warehouse::Connection;
using warehouse::Row;

constexpr const char* kOrphanLines =
    "select line_number, sku, quantity, unit_price, source_file, source_line "
    "from orphan_order_items where order_id = $1 order by line_number";

constexpr const char* kOrphanReturns =
    "select return_id, line_number, quantity, returned_at, source_file, source_line "
    "from orphan_returns where order_id = $1 order by return_id";

constexpr const char* kRejected =
    "select raw_row, source_file, source_line, reasons from quarantine "
    "where feed in ('orders', 'order_items', 'returns') and strpos(raw_row, $1) > 0 "
    "order by ingested_at, source_line";

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

// False where nothing waits for the order.
bool print_waiting_rows(std::ostream& out, Connection& connection, const std::string& order_id,
                        const std::vector<std::string>& rejected) {
  const auto lines = connection.query(kOrphanLines, {order_id}).rows;
  const auto returns = connection.query(kOrphanReturns, {order_id}).rows;
  if (lines.empty() && returns.empty()) return false;
  out << "Order " << order_id << ": never staged, and so in no figure.\nWhat waits for it:\n";
  for (const Row& row : lines) {
    out << fmt::format("  line {}: {} x {} at {}, {}\n", *row[0], *row[2], *row[1], *row[3],
                       source_of(row[4], row[5]));
  }
  for (const Row& row : returns) {
    out << fmt::format("  return {}: {} of line {} at {}, {}\n", *row[0], *row[2], *row[1],
                       shown_instant(row[3]), source_of(row[4], row[5]));
  }
  out << "They take their place by themselves when the order arrives.\n";
  if (!rejected.empty()) out << "Rejected rows that name it:\n";
  for (const std::string& row : rejected) out << "  " << row << '\n';
  return true;
}

std::vector<std::string> rejected_rows(Connection& connection, const std::string& order_id) {
  std::vector<std::string> rows;
  connection.for_each(kRejected, {order_id}, [&](const auto&, const Row& row) {
    if (rows.size() < kRowsShown && names(row[0].value_or(""), order_id)) {
      rows.push_back(source_of(row[1], row[2]) + ": " + row[3].value_or(""));
    }
  });
  return rows;
}

}  // namespace

void explain_waiting(std::ostream& out, Connection& connection, const std::string& order_id) {
  const auto rejected = rejected_rows(connection, order_id);
  if (print_waiting_rows(out, connection, order_id, rejected)) return;
  std::string text = fmt::format("there is no order {}: no staged row names it", order_id);
  for (const std::string& row : rejected) text += "\n  a rejected row does: " + row;
  throw Error(text);
}

}  // namespace cartograph::cli
