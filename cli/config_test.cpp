// Values of keys, and what comes of them.
#include "cli/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/machine_memory.hpp"
#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

class Configuration : public testing::Test {
 protected:
  Config with(const std::map<std::string, std::string>& options) {
    return load_config(tests::write_file(folder_ / "cartograph.toml", ""), {}, options);
  }
  tests::TemporaryFolder folder_;
};

TEST_F(Configuration, MemoryIsASizeWithItsUnit) {
  const std::pair<const char*, std::uint64_t> sizes[] = {
      {"4 GiB", 4ULL << 30},     {"4GiB", 4ULL << 30},    {"1.5 gib", 3ULL << 29},
      {"512MB", 512'000'000},    {"128 MiB", 128u << 20}, {"134217728", 128u << 20},
      {"200000 KiB", 204800000}, {"1 TiB", 1ULL << 40},   {"999999999 B", 999'999'999}};
  for (const auto& [text, bytes] : sizes) {
    EXPECT_EQ(with({{"memory", text}}).memory_bytes(), bytes) << text;
  }
}

TEST_F(Configuration, ASizeThatIsNoneOrTooSmallIsWrongUsageThatNamesTheKey) {
  for (const char* text : {"", "much", "4 GB of it", "GiB", "-4 GiB", "127 MiB", "0", "nan", "inf",
                           "1e30 GiB", "4 g"}) {
    const std::string message = tests::message_of<UsageError>([&] { with({{"memory", text}}); });
    EXPECT_NE(message.find("--memory"), std::string::npos) << message;
    EXPECT_NE(message.find("4 GiB"), std::string::npos) << message;
  }
}

TEST_F(Configuration, MemoryIsAShareOfTheMachinesUpToWhatIsEnoughWhereNothingIsSaid) {
  const std::uint64_t enough = 3ULL << 29;
  EXPECT_EQ(with({{"threads", "2"}}).memory_bytes(), std::min(machine_memory() / 100 * 60, enough));
  EXPECT_EQ(with({{"threads", "16"}}).memory_bytes(),
            std::min(machine_memory() / 100 * 60, std::uint64_t{16} << 27));
  EXPECT_EQ(with({{"threads", "2"}}).memory_bytes(1), std::min(machine_memory() / 100, enough));
  EXPECT_EQ(with({{"memory", "1 GiB"}}).memory_bytes(20), 1u << 30);
}

TEST_F(Configuration, AFileThatIsALinkToNowhereIsNotPassedOver) {
  fs::create_symlink(folder_ / "disk/cartograph.toml", folder_ / "link.toml");
  const std::string message =
      tests::message_of<UsageError>([&] { load_config(folder_ / "link.toml", {}, {}); });
  EXPECT_NE(message.find("link.toml is a link to"), std::string::npos) << message;
}

}  // namespace
}  // namespace cartograph::cli
