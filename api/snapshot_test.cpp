// What a snapshot keeps, and what gives way.
#include "api/snapshot.hpp"

#include <gtest/gtest.h>

namespace cartograph::api {
namespace {

std::shared_ptr<const KeptAnswer> answer(std::size_t bytes) {
  KeptAnswer answer;
  answer.body = std::make_shared<const std::string>(bytes, 'x');
  return std::make_shared<const KeptAnswer>(std::move(answer));
}

constexpr std::size_t kMegabyte = 1 << 20;

TEST(Snapshot, KeepsTheFirstAnswerOfAKey) {
  Snapshot snapshot({"run", {}, {}}, {});
  EXPECT_EQ(snapshot.find("a"), nullptr);
  const auto first = answer(1);
  snapshot.keep("a", first, false);
  snapshot.keep("a", answer(2), false);
  EXPECT_EQ(snapshot.find("a"), first);
}

TEST(Snapshot, LetsTheOldestGoButNotThosePinned) {
  Snapshot snapshot({"run", {}, {}}, {});
  snapshot.keep("pinned", answer(10 * kMegabyte), true);
  for (int i = 0; i < 20; ++i) {
    snapshot.keep("a" + std::to_string(i), answer(8 * kMegabyte), false);
  }
  EXPECT_NE(snapshot.find("pinned"), nullptr);
  EXPECT_EQ(snapshot.find("a0"), nullptr);
  EXPECT_NE(snapshot.find("a19"), nullptr);
  EXPECT_NE(snapshot.find("a14"), nullptr) << "as many as fit";
  EXPECT_EQ(snapshot.find("a13"), nullptr);
}

TEST(Snapshot, DoesNotKeepWhatWouldPushOutAllOthers) {
  Snapshot snapshot({"run", {}, {}}, {});
  snapshot.keep("a", answer(1), false);
  snapshot.keep("large", answer(20 * kMegabyte), false);
  EXPECT_EQ(snapshot.find("large"), nullptr);
  EXPECT_NE(snapshot.find("a"), nullptr);
}

}  // namespace
}  // namespace cartograph::api
