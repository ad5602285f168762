// Amounts and times are read as the feeds' own are.
#include "cli/cells.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "contracts/value.hpp"

namespace cartograph::cli {
namespace {
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
}  // namespace

Money money_of(const warehouse::Cell& cell) {
  Money amount;
  if (!cell) return amount;
  if (contracts::read_money(*cell, Money{-kMost}, Money{kMost}, amount) != contracts::Fault::none) {
    throw Error(fmt::format("the warehouse holds '{}' where an amount should be", *cell));
  }
  return amount;
}

std::int64_t number_of(const warehouse::Cell& cell) {
  std::int64_t number = 0;
  if (!cell) return number;
  const char* const end = cell->data() + cell->size();
  if (const auto read = std::from_chars(cell->data(), end, number);
      read.ec != std::errc() || read.ptr != end) {
    throw Error(fmt::format("the warehouse holds '{}' where a number should be", *cell));
  }
  return number;
}

Instant instant_of(const warehouse::Cell& cell) {
  Instant instant;
  if (cell && contracts::read_timestamp(*cell, instant) != contracts::Fault::none) {
    throw Error(fmt::format("the warehouse holds '{}' where a time should be", *cell));
  }
  return instant;
}

std::string source_of(const warehouse::Cell& file, const warehouse::Cell& line) {
  return file.value_or("") + ":" + line.value_or("");
}

std::string shown_instant(const warehouse::Cell& cell) {
  if (!cell) return "-";
  std::string text = *cell;
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return text;
  text.pop_back();  // Z
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "Z";
}

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace cartograph::cli
