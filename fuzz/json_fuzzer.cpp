// The first byte chooses feed, mapping, and lines or one array; the rest is a JSON file.
#include <cstddef>
#include <cstdint>

#include "fuzz/fuzzed_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choices = data[0];
  const char* const names[] = {"order_items.json", "order_items.jsonl", "orders.json",
                               "orders.jsonl"};
  cartograph::fuzz::read_fuzzed_file(
      names[choices >> 2 & 3], {reinterpret_cast<const char*>(data + 1), size - 1}, choices & 2);
  return 0;
}
