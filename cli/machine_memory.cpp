// A limit may stand in the process's own group or in any above it, in either version of control
// groups. A container often sees its own group as the root.
#include "cli/machine_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// The number that the file begins with; nothing where there is none, as in "max".
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream stream(file);
  std::uint64_t number = 0;
  if (!(stream >> number)) return std::nullopt;
  return number;
}

std::uint64_t physical_memory(const fs::path& root) {
  std::ifstream stream(root / "proc/meminfo");
  std::string word;
  std::uint64_t kibibytes = 0;
  while (stream >> word) {
    if (word == "MemTotal:" && stream >> kibibytes) return kibibytes * 1024;
  }
  return kUnlimited;
}

// The least limit of the group and those above it.
std::uint64_t limit_of(const fs::path& hierarchy, fs::path group, const char* name) {
  std::uint64_t least = kUnlimited;
  while (true) {
    least = std::min(least, number_in(hierarchy / group / name).value_or(kUnlimited));
    if (group.empty()) return least;
    group = group.parent_path();
  }
}

}  // namespace

std::uint64_t machine_memory(const fs::path& root) {
  std::uint64_t least = physical_memory(root);
  const fs::path hierarchies = root / "sys/fs/cgroup";
  // Lines are "0::/group" for version 2, "N:memory:/group" for version 1.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    std::istringstream parts(line);
    std::string number;
    std::string controllers;
    std::string group;
    std::getline(parts, number, ':');
    std::getline(parts, controllers, ':');
    std::getline(parts, group);
    const fs::path below = fs::path(group).relative_path();
    if (number == "0" && controllers.empty()) {
      least = std::min(least, limit_of(hierarchies, below, "memory.max"));
    } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
      least = std::min(least, limit_of(hierarchies / "memory", below, "memory.limit_in_bytes"));
    }
  }
  return least;
}

}  // namespace cartograph::cli
