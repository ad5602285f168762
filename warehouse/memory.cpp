// One sum for the process: who shares it need not know of each other.
#include "warehouse/memory.hpp"

#include <algorithm>
#include <mutex>

namespace cartograph::warehouse {
namespace {

std::mutex mutex;
std::uint64_t held_bytes = 0;

}  // namespace

MemoryPart::MemoryPart(std::uint64_t all, unsigned percent) {
  if (all == 0) return;
  const std::lock_guard lock(mutex);
  const std::uint64_t wanted = all / 100 * percent + all % 100 * percent / 100;
  const std::uint64_t left = all > held_bytes ? all - held_bytes : 0;
  bytes_ = std::min(wanted, std::max<std::uint64_t>(left / 4 * 3, 1));
  held_bytes += bytes_;
}

MemoryPart::~MemoryPart() {
  const std::lock_guard lock(mutex);
  held_bytes -= bytes_;
}

std::uint64_t MemoryPart::held() {
  const std::lock_guard lock(mutex);
  return held_bytes;
}

}  // namespace cartograph::warehouse
