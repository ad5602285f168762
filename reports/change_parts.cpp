// Fractions are exact and unbounded; rounding comes last, and what it leaves goes to the largest
// part.
#include "reports/change_parts.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <numeric>

namespace cartograph::reports {
namespace {

using Fraction = boost::multiprecision::cpp_rational;
using Whole = boost::multiprecision::cpp_int;

constexpr std::int64_t kCentsMax = 1'000'000'000'000'000'000;  // NUMERIC(18,2)

Fraction fraction(const Ratio& ratio) { return Fraction(Whole(ratio.over), Whole(ratio.under)); }

// To the nearest whole number, half away from zero.
std::int64_t rounded(const Fraction& value) {
  const Whole over = boost::multiprecision::numerator(value);
  const Whole under = boost::multiprecision::denominator(value);
  const Whole twice = 2 * boost::multiprecision::abs(over) + under;
  const Whole whole = twice / (2 * under);
  return static_cast<std::int64_t>(over < 0 ? -whole : whole);
}

std::vector<Money> to_cents(const std::vector<Fraction>& parts) {
  std::vector<Money> cents;
  Fraction sum = 0;
  std::int64_t left = 0;
  for (const Fraction& part : parts) {
    cents.push_back({rounded(part)});
    sum += part;
    left -= cents.back().cents;
  }
  left += rounded(sum);
  const auto largest = std::ranges::max_element(
      cents, {}, [](Money amount) { return amount.cents < 0 ? -amount.cents : amount.cents; });
  if (largest != cents.end()) largest->cents += left;
  return cents;
}

bool has_ratios(const std::vector<Ratio>& factors) {
  return std::ranges::all_of(factors, [](const Ratio& factor) { return factor.under > 0; });
}

}  // namespace

std::optional<std::vector<Money>> product_parts(const std::vector<Ratio>& before,
                                                const std::vector<Ratio>& after) {
  if (!has_ratios(before) || !has_ratios(after)) return std::nullopt;
  const std::size_t count = before.size();
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<Fraction> sums(count);
  int orders = 0;
  do {
    std::vector<Fraction> now;
    for (const Ratio& factor : before) now.push_back(fraction(factor));
    const auto product = [&] {
      Fraction result = 1;
      for (const Fraction& factor : now) result *= factor;
      return result;
    };
    for (const std::size_t changed : order) {
      const Fraction earlier = product();
      now[changed] = fraction(after[changed]);
      sums[changed] += product() - earlier;
    }
    ++orders;
  } while (std::ranges::next_permutation(order).found);
  for (Fraction& sum : sums) {
    sum /= orders;
    if (boost::multiprecision::abs(sum) > kCentsMax) return std::nullopt;
  }
  return to_cents(sums);
}

std::optional<AverageParts> average_parts(const std::vector<GroupChange>& groups) {
  std::int64_t before = 0;
  std::int64_t after = 0;
  for (const GroupChange& group : groups) {
    before += group.orders_before;
    after += group.orders_after;
  }
  if (before <= 0 || after <= 0) return std::nullopt;
  Fraction mix = 0;
  Fraction inside = 0;
  for (const GroupChange& group : groups) {
    if (group.orders_before == 0 && group.orders_after == 0) continue;
    const Fraction share_before = fraction({group.orders_before, before});
    const Fraction share_after = fraction({group.orders_after, after});
    const auto average = [](std::int64_t orders, Money amount, const Ratio& otherwise) {
      return fraction(orders > 0 ? Ratio{amount.cents, orders} : otherwise);
    };
    const Fraction average_before = average(group.orders_before, group.amount_before,
                                            {group.amount_after.cents, group.orders_after});
    const Fraction average_after = average(group.orders_after, group.amount_after,
                                           {group.amount_before.cents, group.orders_before});
    mix += (share_after - share_before) * (average_before + average_after) / 2;
    inside += (average_after - average_before) * (share_before + share_after) / 2;
  }
  const auto cents = to_cents({mix, inside});
  return AverageParts{cents[0] + cents[1], cents[0], cents[1]};
}

}  // namespace cartograph::reports
