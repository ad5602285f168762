// The first byte chooses feed, encoding and mapping; the rest is a CSV file.
#include <cstddef>
#include <cstdint>

#include "fuzz/fuzzed_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choices = data[0];
  cartograph::fuzz::read_fuzzed_file(choices & 4 ? "orders.csv" : "order_items.csv",
                                     {reinterpret_cast<const char*>(data + 1), size - 1}, choices);
  return 0;
}
