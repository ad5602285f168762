// A rejected row is whatever was sent: what is not plainly an amount is none.
#include "reports/rejected_worth.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace cartograph::reports {
namespace {

constexpr std::int64_t kQuantityMax = 100'000;        // as the contract has it
constexpr std::int64_t kUnitPriceMax = 1'000'000'00;  // in cents, likewise
constexpr std::size_t kColumns = 7;
constexpr std::size_t kQuantity = 3;
constexpr std::size_t kUnitPrice = 4;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t max) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && value >= 0 && value <= max ? std::optional(value) : std::nullopt;
}

// "12", "12.5" or "12.50" in cents.
std::optional<std::int64_t> cents(std::string_view text, char point) {
  const std::size_t at = text.find(point);
  const auto units = whole_number(text.substr(0, at), kUnitPriceMax / 100);
  if (!units || at == std::string_view::npos) {
    return units ? std::optional(*units * 100) : std::nullopt;
  }
  std::string decimals(text.substr(at + 1));
  if (decimals.empty() || decimals.size() > 2) return std::nullopt;
  decimals.resize(2, '0');
  const auto rest = whole_number(decimals, 99);
  return rest ? std::optional(*units * 100 + *rest) : std::nullopt;
}

std::optional<Money> product(std::string_view quantity, std::string_view unit_price, char point) {
  const auto number = whole_number(trimmed(quantity), kQuantityMax);
  const auto price = cents(trimmed(unit_price), point);
  if (!number || !price || *price > kUnitPriceMax) return std::nullopt;
  return Money{*price} * *number;
}

// A JSON value that may be a number or a text, as text. A price's shortest form has its cents.
std::string literal(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->as_string());
  if (value->is_double()) return fmt::format("{}", value->as_double());
  return boost::json::serialize(*value);
}

std::optional<Money> of_json(std::string_view raw_row) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(raw_row, error);
  if (error || !value.is_object()) return std::nullopt;
  const boost::json::object& object = value.as_object();
  return product(literal(object, "quantity"), literal(object, "unit_price"), '.');
}

std::optional<Money> of_csv(std::string_view raw_row) {
  if (raw_row.find('"') != std::string_view::npos) return std::nullopt;
  for (const char separator : {',', ';', '\t', '|'}) {
    if (std::ranges::count(raw_row, separator) != std::ptrdiff_t{kColumns} - 1) continue;
    std::array<std::string_view, kColumns> fields;
    std::string_view rest = raw_row;
    for (std::string_view& field : fields) {
      field = rest.substr(0, rest.find(separator));
      rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    }
    const bool has_comma =
        separator != ',' && fields[kUnitPrice].find(',') != std::string_view::npos;
    return product(fields[kQuantity], fields[kUnitPrice], has_comma ? ',' : '.');
  }
  return std::nullopt;
}

}  // namespace

std::optional<Money> merchandise(std::string_view raw_row) {
  return trimmed(raw_row).starts_with('{') ? of_json(raw_row) : of_csv(raw_row);
}

RejectedWorth rejected_worth(const std::vector<answers::RejectedItem>& items) {
  RejectedWorth worth;
  worth.items = std::ssize(items);
  for (const answers::RejectedItem& item : items) {
    const bool is_at_fault = item.reasons.find("quantity: ") != std::string::npos ||
                             item.reasons.find("unit_price: ") != std::string::npos;
    if (is_at_fault || !item.raw_row) continue;
    if (const auto amount = merchandise(*item.raw_row)) {
      ++worth.readable;
      worth.amount = worth.amount + *amount;
    }
  }
  return worth;
}

}  // namespace cartograph::reports
