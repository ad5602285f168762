// A container's memory is its limit, not the machine's.
#include "cli/machine_memory.hpp"

#include <gtest/gtest.h>

#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

class Machine : public testing::Test {
 protected:
  Machine() { write("proc/meminfo", "MemTotal:       8000000 kB\nMemFree:        1000 kB\n"); }
  void write(const std::string& file, std::string_view text) {
    tests::write_file(folder_ / file, text);
  }
  std::uint64_t memory() { return machine_memory(folder_.path()); }

  tests::TemporaryFolder folder_;
};

constexpr std::uint64_t kPhysical = 8'000'000ULL * 1024;

TEST_F(Machine, WithoutControlGroupsHasWhatIsInIt) {
  EXPECT_EQ(memory(), kPhysical);
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(memory(), kPhysical);
}

TEST_F(Machine, AGroupsLimitCountsAndThatOfAnyAboveIt) {
  write("proc/self/cgroup", "0::/system.slice/store.service\n");
  write("sys/fs/cgroup/system.slice/store.service/memory.max", "max\n");
  EXPECT_EQ(memory(), kPhysical);
  write("sys/fs/cgroup/system.slice/memory.max", "3000000000\n");
  EXPECT_EQ(memory(), 3'000'000'000u);
  write("sys/fs/cgroup/system.slice/store.service/memory.max", "1000000000\n");
  EXPECT_EQ(memory(), 1'000'000'000u);
}

TEST_F(Machine, AContainerThatSeesItsGroupAsTheRootHasItsLimit) {
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/memory.max", "2000000000\n");
  EXPECT_EQ(memory(), 2'000'000'000u);
}

TEST_F(Machine, TheFirstVersionOfControlGroupsCounts) {
  write("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/docker/x\n1:name=systemd:/a\n");
  write("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "1500000000\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(memory(), 1'500'000'000u);
}

TEST(MachineMemory, OfThisMachineIsSomething) { EXPECT_GT(machine_memory(), 64u << 20); }

}  // namespace
}  // namespace cartograph::cli
