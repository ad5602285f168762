// Reads and writes prices digit by digit.
#include "importers/price.hpp"

#include "base/money.hpp"
#include "contracts/value.hpp"

namespace cartograph::importers {
namespace {

constexpr std::size_t kUnitDigitsMax = 16;
constexpr std::size_t kDecimalsMax = 18;
constexpr std::int64_t kFractionPerCent = 10'000'000'000'000'000;

// At most 18 digits, so that the number fits; nothing where there are none, more, or others.
std::optional<std::int64_t> read_digits(std::string_view text, std::size_t count_max) {
  if (text.empty() || text.size() > count_max) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (!contracts::is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<Price> Price::parse(std::string_view text) {
  Price price;
  price.text_ = text;
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto units = read_digits(text.substr(0, point), kUnitDigitsMax);
  if (!units) return std::nullopt;
  std::int64_t fraction = 0;
  if (point != std::string_view::npos) {
    const std::string_view decimals = text.substr(point + 1);
    const auto digits = read_digits(decimals, kDecimalsMax);
    if (!digits) return std::nullopt;
    fraction = *digits;
    for (std::size_t i = decimals.size(); i < kDecimalsMax; ++i) fraction *= 10;
    price.decimals_ = static_cast<int>(decimals.size());
  }
  price.units_ = minus ? -*units : *units;
  price.fraction_ = minus ? -fraction : fraction;
  return price;
}

std::string Price::written() const {
  if (decimals_ > 2) return std::string(text_);
  return to_string(Money{units_ * 100 + fraction_ / kFractionPerCent});
}

}  // namespace cartograph::importers
