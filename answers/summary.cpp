// Sums are compared exactly, ratios before they are rounded.
#include "answers/summary.hpp"

namespace cartograph::answers {
namespace {

template <class Type>
constexpr const char* unit_of() {
  if constexpr (std::is_same_v<Type, Money>) return "money";
  if constexpr (std::is_same_v<Type, Average>) return "average";
  if constexpr (std::is_same_v<Type, Rate>) return "rate";
  return "count";
}

double number(Money value) { return static_cast<double>(value.cents); }
double number(std::int64_t value) { return static_cast<double>(value); }
template <int kPlaces>
double number(Rounded<kPlaces> value) {
  return value.value;
}
template <int kPlaces>
Rounded<kPlaces> operator-(Rounded<kPlaces> left, Rounded<kPlaces> right) {
  return {left.value - right.value};
}

template <class Type>
std::optional<Measured> measured(const std::optional<Type>& value) {
  if (!value) return std::nullopt;
  return Measured{ValueTraits<Type>::text(*value)};
}

template <class Type>
SummaryRow row_of(std::string_view measure, const std::optional<Type>& now,
                  const std::optional<Type>& before) {
  SummaryRow row{std::string(measure), unit_of<Type>(), measured(now), measured(before)};
  if (!now || !before) return row;
  row.change = measured(std::optional<Type>(*now - *before));
  if (number(*before) > 0) {
    row.change_rate = Rate{(number(*now) - number(*before)) / number(*before)};
  }
  return row;
}

}  // namespace

std::vector<SummaryRow> summary(const Measures& now, const std::optional<Measures>& before) {
  std::vector<SummaryRow> rows;
  for_each_member<Measures>([&]<class Type>(std::string_view name, Type Measures::*member) {
    using Inner = typename Optional<Type>::Inner;
    std::optional<Inner> base;
    if (before) base = (*before).*member;
    rows.push_back(row_of<Inner>(name, now.*member, base));
  });
  return rows;
}

}  // namespace cartograph::answers
