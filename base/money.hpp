// Exact amounts: whole hundredths of the reporting currency in 64 bits, as NUMERIC(18,2) holds
// them.
#pragma once

#include <cstdint>
#include <string>

namespace cartograph {

struct Money {
  std::int64_t cents = 0;

  friend constexpr auto operator<=>(Money, Money) = default;
  constexpr Money operator+(Money other) const { return {cents + other.cents}; }
  constexpr Money operator-(Money other) const { return {cents - other.cents}; }
  constexpr Money operator*(std::int64_t factor) const { return {cents * factor}; }
};

/// "12.50", "-0.05": always two decimals.
inline std::string to_string(Money amount) {
  const bool negative = amount.cents < 0;
  const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(amount.cents)
                                  : static_cast<std::uint64_t>(amount.cents);
  std::string text = negative ? "-" : "";
  text += std::to_string(magnitude / 100);
  const auto rest = magnitude % 100;
  text += '.';
  text += static_cast<char>('0' + rest / 10);
  text += static_cast<char>('0' + rest % 10);
  return text;
}

}  // namespace cartograph
