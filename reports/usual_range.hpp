// What is usual of a figure, from the same figure at comparable times, and whether two shares
// differ. Statistics in doubles, which judge amounts and are none. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace cartograph::reports {

/// A range around the median of earlier values: median ± 3.5 s with
/// s = max(1.4826 · MAD, noise, 3 % of the median), MAD being the median distance from the median.
struct UsualRange {
  double median = 0;
  double spread = 0;       // s
  double least = 0;        // of the values
  std::size_t values = 0;  // how many

  double low() const { return median - kWidth * spread; }
  double high() const { return median + kWidth * spread; }
  /// How far `value` lies from the median, in s; 0 where nothing is known of its spread.
  double distance(double value) const { return spread > 0 ? (value - median) / spread : 0; }
  bool holds(double value) const { return distance(value) <= kWidth && distance(value) >= -kWidth; }

  static constexpr double kWidth = 3.5;
};

/// What chance alone does to a value, from how many events it consists of: √m of a count m, and of
/// an amount its share 1/√events.
struct Noise {
  bool is_count = false;
  double events = 0;  // of an amount: what it is the sum of, such as orders; 0 where not known
};

inline constexpr std::size_t kUsualValuesMin = 6;

/// Nothing with fewer than kUsualValuesMin values or a median of 0 or less.
std::optional<UsualRange> usual_range(std::vector<double> values, const Noise& noise);

/// The median; the mean of the middle two of an even number. `values` is not empty.
double median(std::vector<double> values);

struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  double rate() const { return static_cast<double>(part) / static_cast<double>(whole); }
};

/// The two-proportion test: how many standard errors `one` lies above `other`, by the pooled rate.
/// 0 where either has no whole, or all or none have it.
double shares_apart(const Share& one, const Share& other);

/// The probability that chance alone puts `one` as far above `other`, or further: by the
/// two-proportion test, but no less than by the binomial distribution at the rate of both, which
/// that test underrates where few are expected. 1 where `one` is not above.
double chance_above(const Share& one, const Share& other);

}  // namespace cartograph::reports
