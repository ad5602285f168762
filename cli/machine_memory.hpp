// How much memory there is for this process.
#pragma once

#include <cstdint>
#include <filesystem>

namespace cartograph::cli {

/// The machine's memory in bytes, or what a control group leaves of it (a container, a service's
/// MemoryMax); `root` is where /proc and /sys are.
std::uint64_t machine_memory(const std::filesystem::path& root = "/");

}  // namespace cartograph::cli
