// Each measure over a range beside another one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "answers/figures.hpp"

namespace cartograph::answers {

/// A number of any unit, in the text form of its unit.
struct Measured {
  std::string text;
};

template <>
struct ValueTraits<Measured> {
  static constexpr ValueType kType = ValueType::rounded;
  static constexpr warehouse::CellType kCell = warehouse::CellType::real;
  static std::string text(const Measured& measured) { return measured.text; }
};
template <>
struct Places<Measured> {
  static constexpr int kIs = 4;
};

struct SummaryRow {
  static constexpr FieldText kTexts[] = {
      {"measure", "its name, as in /metrics"},
      {"unit", "money (two decimals), count, average (two decimals) or rate (four)"},
      {"value", "over the range; null of a ratio without a divisor"},
      {"before", "over the range that it is compared with; null without a comparison"},
      {"change", "value - before"},
      {"change_rate", "change / before; null where before is 0 or less"},
      {"from", "first day of the range"},
      {"to", "its last day"},
      {"before_from", "first day of the range that it is compared with"},
      {"before_to", "its last day"}};
  std::string measure;
  std::string unit;
  std::optional<Measured> value;
  std::optional<Measured> before;
  std::optional<Measured> change;
  std::optional<Rate> change_rate;
  Day from;
  Day to;
  std::optional<Day> before_from;
  std::optional<Day> before_to;
};
BOOST_DESCRIBE_STRUCT(SummaryRow, (),
                      (measure, unit, value, before, change, change_rate, from, to, before_from,
                       before_to))

/// A row a measure, in their order, without the ranges.
std::vector<SummaryRow> summary(const Measures& now, const std::optional<Measures>& before);

}  // namespace cartograph::answers
