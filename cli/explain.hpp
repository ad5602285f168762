// Explanations of published figures. Each works its figure out anew, in exact cents, from the rows
// behind it, shows the file and line that every row came from, and holds the result against the
// tables. A connection serves one explanation at a time.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/money.hpp"
#include "cli/cells.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

/// How many rows of a long list are shown where not all are asked for.
inline constexpr std::size_t kRowsShown = 20;

struct ExplainOptions {
  bool all = false;  // show every row of every list
};

/// How the net revenue of an order comes about. False where the published tables say otherwise.
/// For an order that was never staged: explain_waiting().
bool explain_order(std::ostream& out, warehouse::Connection& connection,
                   const std::string& order_id);

/// What waits for an order that was never staged: its lines and returns, and the rejected rows that
/// name it. Throws Error where no staged row names the order.
void explain_waiting(std::ostream& out, warehouse::Connection& connection,
                     const std::string& order_id);

/// A day of fct_revenue_daily and fct_revenue_recognition_daily, from its orders and pieces.
/// Throws Error where the tables have no such day.
bool explain_day(std::ostream& out, warehouse::Connection& connection, Day day,
                 const ExplainOptions& options);

/// The stock alerts of a SKU, and the movements that led to the last. Throws Error where the SKU is
/// unknown.
bool explain_sku(std::ostream& out, warehouse::Connection& connection, const std::string& sku,
                 const ExplainOptions& options);

/// The differences between what was worked out and what is published.
class Proof {
 public:
  void expect_equal(const std::string& figure, Money worked_out, const warehouse::Cell& published);
  void expect_equal(const std::string& figure, std::int64_t worked_out,
                    const warehouse::Cell& published);
  void expect(bool holds, std::string difference);

  /// Prints `if_none`, or every difference; true where there is none.
  bool conclude(std::ostream& out, std::string_view if_none) const;

 private:
  std::vector<std::string> differences_;
};

/// A list of which the first rows are shown and all are counted.
class ShownRows {
 public:
  explicit ShownRows(const ExplainOptions& options) : all_(options.all) {}

  void add(const std::vector<warehouse::Column>& columns, const warehouse::Row& row);
  std::int64_t count() const { return count_; }
  /// Prints the heading, the rows as a table, and how many are left out; `if_empty` without rows.
  void print(std::ostream& out, std::string_view heading, std::string_view if_empty) const;

 private:
  bool all_;
  std::int64_t count_ = 0;
  warehouse::Answer shown_;
};

/// amount * part / whole, rounded once to cents, half away from zero; `whole` is above 0.
Money prorate(Money amount, std::int64_t part, std::int64_t whole);

/// The time zone of the published days.
std::string reporting_timezone(warehouse::Connection& connection);

}  // namespace cartograph::cli
