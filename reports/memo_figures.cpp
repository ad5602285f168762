// The totals of the range, beside earlier ones, and the words that all sections use.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/memo_sections.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

constexpr std::string_view kNeverSent = "(unknown)";  // the name of a product that only orders know
constexpr const char* kYearBefore = "same weekdays a year before";

// A measure with both comparisons, where there is something to compare with.
template <class Value, class Write>
std::string compared(const MemoData& data, Value&& value, Write&& write) {
  std::string text;
  const auto add = [&](const std::optional<answers::Measures>& base, const std::string& name) {
    if (!base) return;
    const auto now = value(data.now);
    const auto before = value(*base);
    if (now && before) {
      text +=
          against(static_cast<double>(*now), static_cast<double>(*before), name, write(*before));
    }
  };
  add(data.before, before_name(data));
  add(data.year_before, kYearBefore);
  return text;
}

std::optional<std::int64_t> net_of(const answers::Measures& figures) {
  return figures.net_revenue.cents;
}
std::optional<std::int64_t> orders_of(const answers::Measures& figures) { return figures.orders; }
std::optional<double> value_of(const answers::Measures& figures) {
  if (!figures.aov) return std::nullopt;
  return figures.aov->value * 100;
}

}  // namespace

std::string before_name(const MemoData& data) {
  const std::int32_t days = data.range.days();
  return days == 1 ? "day before" : fmt::format("{} days before", days);
}

std::string against(double value, double base, std::string_view what,
                    const std::string& base_text) {
  if (base <= 0) return fmt::format(", {} in the {}", base_text, what);
  const double change = value / base - 1;
  if (std::abs(change) < 0.0005) return fmt::format(", level with the {} ({})", what, base_text);
  return fmt::format(", {} {} the {} ({})", rate_text(std::abs(change)),
                     change > 0 ? "above" : "below", what, base_text);
}

std::string change_text(Money change, std::string_view currency) {
  return fmt::format("{}{}", change.cents > 0 ? "+" : "", money_text(change, currency));
}

std::string product_name(std::string_view sku, const std::optional<std::string>& name) {
  const bool is_named = name && *name != sku && *name != kNeverSent;
  return is_named ? fmt::format("{} ({})", sku, *name) : std::string(sku);
}

Statement Statement::claim(std::string text, Money about) {
  return {std::move(text), true, std::abs(about.cents)};
}

std::vector<Statement> ranked(std::vector<Statement> statements) {
  std::ranges::stable_sort(statements, [](const Statement& left, const Statement& right) {
    if (left.is_claim != right.is_claim) return right.is_claim;
    return left.is_claim && left.weight > right.weight;
  });
  const auto claims = std::ranges::find_if(statements, &Statement::is_claim);
  if (statements.end() - claims > static_cast<std::ptrdiff_t>(kClaimsMax)) {
    statements.erase(claims + kClaimsMax, statements.end());
  }
  return statements;
}

std::vector<Statement> headline(const MemoData& data) {
  const std::string& currency = data.store.settings.currency;
  const auto money = [&](auto cents) {
    return money_text({static_cast<std::int64_t>(std::llround(static_cast<double>(cents)))},
                      currency);
  };
  std::vector<Statement> found = {
      {fmt::format("Net revenue was {}{}.", money_text(data.now.net_revenue, currency),
                   compared(data, net_of, money))},
      {fmt::format("There {} {}{}.", data.now.orders == 1 ? "was" : "were",
                   counted_text(data.now.orders, "order", "orders"),
                   compared(data, orders_of, [](std::int64_t n) { return count_text(n); }))}};
  if (const auto value = value_of(data.now)) {
    found.push_back({fmt::format("An order was worth {} before refunds{}.", money(*value),
                                 compared(data, value_of, money))});
  }
  return found;
}

}  // namespace cartograph::reports
