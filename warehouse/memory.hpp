// The memory that the engines of this process share: what Options::memory_bytes says is handed out
// in parts, which never add up to more. Thread-safe.
#pragma once

#include <cstdint>

namespace cartograph::warehouse {

/// A part of the process's memory, held as long as the object.
class MemoryPart {
 public:
  /// Takes `percent` of `all` bytes, but no more than three quarters of what others leave, so that
  /// there is some for whoever comes next; of 0 bytes, which is no limit, nothing.
  MemoryPart(std::uint64_t all, unsigned percent);
  ~MemoryPart();
  MemoryPart(const MemoryPart&) = delete;
  MemoryPart& operator=(const MemoryPart&) = delete;

  /// 0 for no limit.
  std::uint64_t bytes() const { return bytes_; }

  /// What all parts of the process hold together.
  static std::uint64_t held();

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace cartograph::warehouse
