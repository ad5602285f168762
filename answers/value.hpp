// The values that a row of an answer holds, and how each is a cell: the one text form of
// warehouse::Cell. Pure functions, thread-safe.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/exact_text.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::answers {

/// A number that is not rounded in the warehouse, and shown with so many decimals.
template <int kPlaces>
struct Rounded {
  double value = 0;
  friend constexpr auto operator<=>(Rounded, Rounded) = default;
};
using Rate = Rounded<4>;     // a share, between 0 and 1
using Average = Rounded<2>;  // an amount each: aov, ltv
using Seconds = Rounded<2>;

enum class ValueType { text, boolean, integer, money, rounded, day, instant };

template <class Value>
struct ValueTraits;

template <>
struct ValueTraits<std::string> {
  static constexpr ValueType kType = ValueType::text;
  static constexpr warehouse::CellType kCell = warehouse::CellType::text;
  static std::string text(const std::string& value) { return value; }
  static std::optional<std::string> read(const std::string& cell) { return cell; }
};

template <>
struct ValueTraits<bool> {
  static constexpr ValueType kType = ValueType::boolean;
  static constexpr warehouse::CellType kCell = warehouse::CellType::boolean;
  static std::string text(bool value) { return value ? "true" : "false"; }
  static std::optional<bool> read(const std::string& cell) {
    if (cell != "true" && cell != "false") return std::nullopt;
    return cell == "true";
  }
};

template <>
struct ValueTraits<std::int64_t> {
  static constexpr ValueType kType = ValueType::integer;
  static constexpr warehouse::CellType kCell = warehouse::CellType::integer;
  static std::string text(std::int64_t value) { return std::to_string(value); }
  static std::optional<std::int64_t> read(const std::string& cell) {
    std::int64_t value = 0;
    const char* const end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
  }
};

template <>
struct ValueTraits<Money> {
  static constexpr ValueType kType = ValueType::money;
  static constexpr warehouse::CellType kCell = warehouse::CellType::decimal;
  static std::string text(Money value) { return to_string(value); }
  static std::optional<Money> read(const std::string& cell) { return parse_money(cell); }
};

template <int kPlaces>
struct ValueTraits<Rounded<kPlaces>> {
  static constexpr ValueType kType = ValueType::rounded;
  static constexpr warehouse::CellType kCell = warehouse::CellType::real;
  static std::string text(Rounded<kPlaces> value) {
    std::string text = fmt::format("{:.{}f}", value.value, kPlaces);
    const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
    return is_zero && text.starts_with('-') ? text.substr(1) : text;
  }
  static std::optional<Rounded<kPlaces>> read(const std::string& cell) {
    Rounded<kPlaces> value;
    const char* const end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, value.value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
  }
};

template <>
struct ValueTraits<Day> {
  static constexpr ValueType kType = ValueType::day;
  static constexpr warehouse::CellType kCell = warehouse::CellType::date;
  static std::string text(Day value) { return to_string(value); }
  static std::optional<Day> read(const std::string& cell) { return parse_day(cell); }
};

template <>
struct ValueTraits<Instant> {
  static constexpr ValueType kType = ValueType::instant;
  static constexpr warehouse::CellType kCell = warehouse::CellType::timestamp;
  static std::string text(Instant value) { return to_string(value); }
  static std::optional<Instant> read(const std::string& cell) { return parse_instant(cell); }
};

/// A plain value, of one cell.
template <class Type>
concept Value = requires {
  ValueTraits<Type>::kType;
};

template <Value Type>
warehouse::Cell to_cell(const Type& value) {
  return ValueTraits<Type>::text(value);
}
template <Value Type>
warehouse::Cell to_cell(const std::optional<Type>& value) {
  return value ? warehouse::Cell(ValueTraits<Type>::text(*value)) : std::nullopt;
}
inline warehouse::Cell to_cell(std::string_view value) { return std::string(value); }
inline warehouse::Cell to_cell(const char* value) { return value; }
inline warehouse::Cell to_cell(std::nullopt_t) { return std::nullopt; }
template <std::integral Integer>
requires(!std::same_as<Integer, bool> && !std::same_as<Integer, std::int64_t>) warehouse::Cell
    to_cell(Integer value) {
  return std::to_string(value);
}

}  // namespace cartograph::answers
