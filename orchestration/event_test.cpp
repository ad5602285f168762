// Ids are the same for the same thing; JSON holds any text.
#include "orchestration/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartograph::orchestration {
namespace {

constexpr std::string_view kStore = "duckdb:/store/warehouse.duckdb";

Event published(std::string run_id) {
  return {EventKind::publish, std::move(run_id), Instant{}, "run published", {{"files", 2}}};
}

TEST(Event, HasTheSameIdHoweverOftenItIsMade) {
  Event again = published("r1");
  again.at = Instant{kMicrosPerDay};
  again.text = "said otherwise";
  EXPECT_EQ(event_id(published("r1"), kStore), event_id(again, kStore));
}

TEST(Event, HasAnotherIdThanAnyOtherEvent) {
  const std::string id = event_id(published("r1"), kStore);
  EXPECT_NE(id, event_id(published("r2"), kStore));
  EXPECT_NE(id, event_id(published("r1"), "duckdb:/other/warehouse.duckdb"));
  Event failed = published("r1");
  failed.kind = EventKind::failure;
  EXPECT_NE(id, event_id(failed, kStore));
}

TEST(Event, IdIsAUuidOfVersionEight) {
  EXPECT_THAT(event_id(published("r1"), kStore),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                    "[0-9a-f]{12}"));
}

TEST(Event, SaysAllOfItAsJson) {
  const auto json = boost::json::parse(to_json(published("r1"), kStore));
  EXPECT_EQ(json.at("id").as_string(), event_id(published("r1"), kStore));
  EXPECT_EQ(json.at("type").as_string(), "publish");
  EXPECT_EQ(json.at("timestamp").as_string(), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(json.at("warehouse").as_string(), kStore);
  EXPECT_EQ(json.at("text").as_string(), "run published");
  EXPECT_EQ(json.at("data").at("files").as_int64(), 2);
}

TEST(Event, WithBytesThatAreNoTextIsJsonNevertheless) {
  Event event = published("r1");
  event.text = "caf\xE9 \"and\" \n more";
  EXPECT_EQ(boost::json::parse(to_json(event, kStore)).at("text").as_string(),
            "caf\uFFFD \"and\" \n more");
}

}  // namespace
}  // namespace cartograph::orchestration
