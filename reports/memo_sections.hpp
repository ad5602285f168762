// The memo's sections, and what they share. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/memo.hpp"
#include "reports/usual_range.hpp"

namespace cartograph::reports {

/// What holds for the whole range of a measure, or since a day of it.
struct Findings {
  std::vector<Statement> statements;  // unusual measures, new levels, days
  bool is_changed = false;            // a measure as a whole is not what it usually is
};

/// Why changes cannot be judged: files that are missing, too many rejected rows. Empty where they
/// can.
std::vector<std::string> doubts(const MemoData& data);

/// Measures that are outside of their usual range, levels that are new, days that stand out.
Findings findings(const MemoData& data);

/// The totals beside the period before and the year before.
std::vector<Statement> headline(const MemoData& data);
/// The change of net revenue taken apart.
std::vector<Statement> reasons(const MemoData& data);
/// Which countries, channels, categories and products had the change, with other.
std::vector<Statement> places(const MemoData& data);
/// Members whose part of the orders is another one than before; one order that makes much.
std::vector<Statement> shifts(const MemoData& data);
std::vector<Statement> product_returns(const MemoData& data);
std::vector<Statement> newest_cohort(const MemoData& data);
std::vector<Statement> stock(const MemoData& data);
std::vector<Statement> balances(const MemoData& data);
/// What the figures lack.
std::vector<Statement> caveats(const MemoData& data);
/// What follows from the other sections.
std::vector<Statement> to_do(const MemoData& data);

inline constexpr std::size_t kClaimsMax = 3;

/// Claims ranked by money, at most kClaimsMax of them, after what is none.
std::vector<Statement> ranked(std::vector<Statement> statements);

/// Gross revenue less discounts and taxes: what orders are worth before refunds.
template <class Figures>
Money amount_of(const Figures& figures) {
  return figures.gross_revenue - figures.discounts - figures.taxes;
}

/// ", 5.3 % above the 28 days before ($1,000.00)"; the base alone where it is 0 or less.
std::string against(double value, double base, std::string_view what, const std::string& base_text);
/// "28 days before", "day before".
std::string before_name(const MemoData& data);
/// "+$5.00", "−$5.00".
std::string change_text(Money change, std::string_view currency);
/// "SKU-1 (Lamp)".
std::string product_name(std::string_view sku, const std::optional<std::string>& name);

}  // namespace cartograph::reports
