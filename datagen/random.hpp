// Chance that is the same on every machine: a 64-bit counter generator, integers only.
// Each thing that is drawn for (an order, a product's day, a file's noise) has a generator of its
// own, so that drawing more for one never changes another. Two draws never stand in one expression
// whose order the language leaves open: compilers differ there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

namespace cartograph::datagen {

/// What a generator is for; its place here is part of every fabricated store's bytes.
enum class Stream : std::uint64_t {
  calendar,
  product,
  product_rank,
  product_day,
  customer,
  customer_day,
  order_times,
  order,
  stray_rows,
  stock_day,
  file,
  noise,
  noise_order
};

class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t index, std::uint64_t part = 0)
      : state_(mix(mix(mix(seed + kStep) ^ (static_cast<std::uint64_t>(stream) + kStep)) ^ index) ^
               (part * kStep)) {}

  std::uint64_t next() {
    state_ += kStep;
    return mix(state_);
  }

  /// One of 0 to `limit` - 1; `limit` is above 0.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }

  /// One of `low` to `high`, both included, less than 2^32 apart.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + below(static_cast<std::uint32_t>(high - low + 1));
  }

  bool chance(std::uint32_t part, std::uint32_t of) { return below(of) < part; }

  template <class Range>
  const auto& one_of(const Range& range) {
    return range[below(static_cast<std::uint32_t>(std::size(range)))];
  }

  /// An index, as often as its weight says.
  std::size_t weighted(std::span<const int> weights) {
    int total = 0;
    for (const int weight : weights) total += weight;
    int at = static_cast<int>(below(static_cast<std::uint32_t>(total)));
    std::size_t index = 0;
    while (at >= weights[index]) at -= weights[index++];
    return index;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  // Stafford's thirteenth variant of the MurmurHash3 finaliser.
  static constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
};

}  // namespace cartograph::datagen
