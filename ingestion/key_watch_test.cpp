// A key that comes twice is never missed; one that does not is seldom noted.
#include "ingestion/key_watch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace cartograph::ingestion {
namespace {

using Ids = std::vector<std::string>;

const contracts::Feed& feed(std::string_view name) { return *contracts::find_feed(name); }

// Shows `watch` the rows of `ids`, whose other key columns have one value each.
void show(KeyWatch& watch, const contracts::Feed& feed, const Ids& ids,
          std::string_view state = "paid") {
  RowBatch batch(feed.staging);
  for (const std::string& id : ids) {
    batch.set_text(0, id);
    for (std::size_t i = 1; i < feed.fields.size(); ++i) {
      const bool is_text = feed.staging[i].type == ColumnType::text;
      if (feed.fields[i].name == feed.state) {
        batch.set_text(i, state);
      } else if (is_text) {
        batch.set_null(i);
      } else {
        batch.set_number(i, 1);
      }
    }
    batch.add_row();
    if (!batch.full()) continue;
    watch.look_at(batch);
    batch.clear();
  }
  watch.look_at(batch);
}

Ids numbered(int from, int to) {
  Ids ids;
  for (int i = from; i < to; ++i) ids.push_back(fmt::format("M{:08}", i));
  return ids;
}

TEST(KeyWatch, EveryKeyThatComesTwiceIsSeenAndHardlyAnother) {
  constexpr int kRows = 200'000;
  const auto& movements = feed("inventory_movements");
  KeyWatch watch(movements, kRows * 70);
  std::jthread other([&] { show(watch, movements, numbered(0, kRows / 2)); });
  show(watch, movements, numbered(kRows / 2 - 1000, kRows));
  other.join();
  const SeenKeys seen = watch.take();
  const std::set<std::string> recurring(seen.recurring.begin(), seen.recurring.end());
  for (const std::string& id : numbered(kRows / 2 - 1000, kRows / 2)) {
    EXPECT_TRUE(recurring.contains(id)) << id;
  }
  EXPECT_LT(recurring.size(), 1000U + kRows / 100);
  EXPECT_EQ(seen.feed, "inventory_movements");
  EXPECT_FALSE(seen.too_many);
}

TEST(KeyWatch, WhatIsFarLargerThanItsBytesSaidIsStillSeen) {
  const auto& movements = feed("inventory_movements");
  KeyWatch watch(movements, 1);
  show(watch, movements, numbered(0, 50'000));
  show(watch, movements, {"M00000007"});
  const SeenKeys seen = watch.take();
  EXPECT_NE(std::find(seen.recurring.begin(), seen.recurring.end(), "M00000007"),
            seen.recurring.end());
}

TEST(KeyWatch, TheStatesOfAKeyAreTheirOwnRows) {
  KeyWatch watch(feed("orders"), 1 << 20);
  show(watch, feed("orders"), {"O1", "O2"}, "paid");
  show(watch, feed("orders"), {"O1", "O3"}, "delivered");
  show(watch, feed("orders"), {"O2"}, "paid");
  EXPECT_EQ(watch.take().recurring, Ids{"O2"});
}

TEST(KeyWatch, AllColumnsOfAKeyTellItsRowsApart) {
  const auto& items = feed("order_items");
  KeyWatch watch(items, 1 << 20);
  RowBatch batch(items.staging);
  for (const std::int64_t line : {1, 2, 3, 2}) {
    batch.set_text(0, "O1");
    batch.set_number(1, line);
    batch.add_row();
  }
  watch.look_at(batch);
  EXPECT_EQ(watch.take().recurring, Ids{"O1"});
}

TEST(KeyWatch, AnIdWithAPlusIsNoted) {
  KeyWatch plain(feed("orders"), 1 << 20);
  show(plain, feed("orders"), {"O1", "4.5E12"});
  EXPECT_FALSE(plain.take().any_plus);
  KeyWatch rewritten(feed("orders"), 1 << 20);
  show(rewritten, feed("orders"), {"O1", "4.50E+12"});
  EXPECT_TRUE(rewritten.take().any_plus);
}

TEST(KeyWatch, TooManyAreNotKept) {
  const auto& movements = feed("inventory_movements");
  KeyWatch watch(movements, 1 << 20);
  const Ids same(500'001, "M1");
  for (int i = 0; i < 2; ++i) show(watch, movements, same);
  const SeenKeys seen = watch.take();
  EXPECT_TRUE(seen.too_many);
  EXPECT_TRUE(seen.recurring.empty());
}

TEST(KeyWatch, EveryFeedsKeyBeginsWithAText) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    EXPECT_EQ(feed.fields.front().name, feed.key.front()) << feed.name;
    EXPECT_EQ(feed.staging.front().type, ColumnType::text) << feed.name;
  }
}

}  // namespace
}  // namespace cartograph::ingestion
