// Median and MAD: one Christmas or outage among the earlier values does not move them.
#include "reports/usual_range.hpp"

#include <algorithm>
#include <cmath>

namespace cartograph::reports {
namespace {

constexpr double kMadToDeviation = 1.4826;  // of normally distributed values
constexpr double kLeastShare = 0.03;

}  // namespace

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<UsualRange> usual_range(std::vector<double> values, const Noise& noise) {
  if (values.size() < kUsualValuesMin) return std::nullopt;
  UsualRange range;
  range.values = values.size();
  range.least = *std::ranges::min_element(values);
  range.median = median(values);
  if (range.median <= 0) return std::nullopt;
  for (double& value : values) value = std::abs(value - range.median);
  double by_chance = 0;
  if (noise.is_count) by_chance = std::sqrt(range.median);
  if (noise.events > 0) by_chance = range.median / std::sqrt(noise.events);
  range.spread =
      std::max({kMadToDeviation * median(values), by_chance, kLeastShare * range.median});
  return range;
}

double shares_apart(const Share& one, const Share& other) {
  if (one.whole <= 0 || other.whole <= 0) return 0;
  const auto whole = static_cast<double>(one.whole + other.whole);
  const double pooled = static_cast<double>(one.part + other.part) / whole;
  const double error =
      std::sqrt(pooled * (1 - pooled) *
                (1 / static_cast<double>(one.whole) + 1 / static_cast<double>(other.whole)));
  return error > 0 ? (one.rate() - other.rate()) / error : 0;
}

double chance_above(const Share& one, const Share& other) {
  const double apart = shares_apart(one, other);
  if (apart <= 0) return 1;
  const double rate =
      static_cast<double>(one.part + other.part) / static_cast<double>(one.whole + other.whole);
  const auto whole = static_cast<double>(one.whole);
  double binomial = 0;
  for (std::int64_t part = one.part; part <= one.whole; ++part) {
    const auto k = static_cast<double>(part);
    const double term =
        std::exp(std::lgamma(whole + 1) - std::lgamma(k + 1) - std::lgamma(whole - k + 1) +
                 k * std::log(rate) + (whole - k) * std::log1p(-rate));
    binomial += term;
    if (term < 1e-12 * binomial) break;
  }
  return std::max(binomial, std::erfc(apart / std::sqrt(2.0)) / 2);
}

}  // namespace cartograph::reports
