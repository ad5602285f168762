// A unit price as a ledger writes it: compared exactly, as a decimal and never as a float, and
// written back without losing a digit. Pure values, thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartograph::importers {

class Price {
 public:
  /// Reads an optional `-`, 1 to 16 digits and optionally `.` and 1 to 18 digits; nothing where
  /// `text` is of another form. The price keeps a view of `text`.
  static std::optional<Price> parse(std::string_view text);

  bool negative() const { return units_ < 0 || fraction_ < 0; }
  int decimals() const { return decimals_; }

  /// Two decimals, or the text as it was read where that has more.
  std::string written() const;

  // By value: 2.5, 2.50 and 2.500 are equal.
  friend std::strong_ordering operator<=>(const Price& a, const Price& b) {
    if (const auto order = a.units_ <=> b.units_; order != 0) return order;
    return a.fraction_ <=> b.fraction_;
  }
  friend bool operator==(const Price& a, const Price& b) { return (a <=> b) == 0; }

 private:
  std::int64_t units_ = 0;
  std::int64_t fraction_ = 0;  // 10^-18 of a unit, of the price's sign
  int decimals_ = 0;
  std::string_view text_;
};

}  // namespace cartograph::importers
