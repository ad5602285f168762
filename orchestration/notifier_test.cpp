// Events through failures, crashes and clocks, with a clock and channels of the test's own.
#include "orchestration/notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::orchestration {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::milliseconds kPlenty{60'000};
constexpr char kStore[] = "duckdb:/store/warehouse.duckdb";

class Notify : public testing::Test {
 protected:
  Notifier notifier() {
    return {NotifySettings{}, folder_.path(), kStore, [this] { return time_; },
            std::map<std::string, Channel>{{"webhook", channel("webhook")},
                                           {"lineage", channel("lineage")}}};
  }

  Channel channel(const std::string& name) {
    return [this, name](const Waiting& waiting, Instant, std::chrono::milliseconds,
                        const std::stop_token&) {
      tried_.push_back(name + " " + waiting.id);
      if (answers_[name].empty()) {
        received_[name].push_back(waiting.body);
        return Sent{};
      }
      const Sent sent = answers_[name].front();
      answers_[name].erase(answers_[name].begin());
      if (sent.result == Sent::Result::delivered) received_[name].push_back(waiting.body);
      return sent;
    };
  }

  void fail(const std::string& name, int times, seconds wait_min = seconds(0)) {
    for (int i = 0; i < times; ++i) {
      answers_[name].push_back({Sent::Result::failed, "no answer", wait_min});
    }
  }

  void pass(seconds time) { time_.micros += time.count() * kMicrosPerSecond; }

  std::vector<std::string> types(const std::string& name) {
    std::vector<std::string> found;
    for (const std::string& body : received_[name]) {
      const auto json = boost::json::parse(body);
      found.emplace_back(json.at(name == "lineage" ? "eventType" : "type").as_string());
    }
    return found;
  }

  static EndedRun run(std::string id, bool is_published = true) {
    EndedRun ended;
    ended.run_id = std::move(id);
    ended.command = "run";
    ended.is_published = is_published;
    if (!is_published) ended.error = "stopped";
    ended.landed_files = {"2025-03-10/orders.csv"};
    ended.tables = {{"stg_orders", 3}};
    return ended;
  }

  static OpenAlert alert(std::string sku) { return {std::move(sku), "", "2025-03-10", 1, 5, 4}; }

  void tell(Notifier& of, const EndedRun& ended, const std::vector<OpenAlert>& open = {}) {
    of.tell_of_runs({ended}, open, ended.run_id, {kStore, "cartograph", "/landing"});
  }

  tests::TemporaryFolder folder_;
  Instant time_{1'700'000'000 * kMicrosPerSecond};
  std::map<std::string, std::vector<Sent>> answers_;
  std::map<std::string, std::vector<std::string>> received_;
  std::vector<std::string> tried_;
};

TEST_F(Notify, TellsOfARunThroughEveryChannel) {
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
  EXPECT_THAT(types("lineage"), ElementsAre("START", "COMPLETE"));
  EXPECT_EQ(told.waiting(), 0U);
}

TEST_F(Notify, TellsOfARunOnceAlsoWhereItIsToldTwice) {
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  tell(told, run("r1"));
  notifier().tell(events_of(run("r1")).front());
  notifier().deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
}

TEST_F(Notify, FailureThatTheRunLogHasTooIsToldOnce) {
  Notifier told = notifier();
  tell(told, run("r1", false));
  told.tell(failure_event("run", "r1", time_, "stopped"));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("failure"));
  EXPECT_THAT(types("lineage"), ElementsAre("START", "FAIL"));
}

TEST_F(Notify, WhatIsNotDeliveredWaitsOnTheDiskWithItsIdAndBytes) {
  fail("webhook", 2);
  {
    Notifier told = notifier();
    tell(told, run("r1"));
    told.deliver(kPlenty);
  }
  const std::string waiting = Outbox(folder_.path() / "notify").read().waiting.at(0).body;
  pass(seconds(13));
  notifier().deliver(kPlenty);
  EXPECT_THAT(received_["webhook"], IsEmpty());
  pass(seconds(37));
  notifier().deliver(kPlenty);
  EXPECT_THAT(received_["webhook"], ElementsAre(waiting));
  EXPECT_EQ(std::set(tried_.begin(), tried_.end()).size(), 3U) << "an id of one event has changed";
}

TEST_F(Notify, FailedAttemptIsNotRepeatedBeforeItsTime) {
  fail("webhook", 100);
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  tried_.clear();
  for (int i = 0; i < 7; ++i) {
    pass(seconds(1));
    told.deliver(kPlenty);
  }
  EXPECT_THAT(tried_, IsEmpty());
}

TEST_F(Notify, WaitsAsLongAsTheReceiverAsks) {
  fail("webhook", 1, seconds(600));
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  pass(seconds(450));
  told.deliver(kPlenty);
  EXPECT_THAT(received_["webhook"], IsEmpty());
  pass(seconds(300));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
}

TEST_F(Notify, ChannelThatFailsKeepsNoOtherOneWaiting) {
  fail("webhook", 1);
  Notifier told = notifier();
  tell(told, run("r1"));
  tell(told, run("r2"));
  told.deliver(kPlenty);
  EXPECT_EQ(types("lineage").size(), 4U);
  EXPECT_EQ(std::ranges::count_if(tried_, [](auto& t) { return t.starts_with("webhook"); }), 1);
}

TEST_F(Notify, EventThatOneReceiverRefusesDoesNotHoldUpLaterOnes) {
  fail("webhook", 1);
  Notifier told = notifier();
  tell(told, run("r1", false));
  told.deliver(kPlenty);
  tell(told, run("r2"));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
  pass(seconds(13));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish", "failure"));
}

TEST_F(Notify, ReceiverThatIsGoneIsToldNothingAgainAndWhatWasForItIsKept) {
  answers_["webhook"] = {{Sent::Result::refused_for_good, "it answered 410", {}}};
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  EXPECT_EQ(told.waiting(), 0U);
  std::ifstream file(folder_.path() / "notify" / "undelivered.jsonl");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_EQ(boost::json::parse(line).at("reason").as_string(), "it answered 410");
}

TEST_F(Notify, IsGivenUpAfterThreeDaysAndKept) {
  fail("webhook", 1000);
  Notifier told = notifier();
  tell(told, run("r1"));
  for (int hours = 0; hours < 80; ++hours) {
    told.deliver(kPlenty);
    pass(seconds(4400));
  }
  EXPECT_EQ(told.waiting(), 0U);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "notify" / "undelivered.jsonl"));
}

TEST_F(Notify, ClockThatWasSetBackDoesNotKeepAnEventWaiting) {
  fail("webhook", 1);
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  pass(seconds(-30 * 86'400));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
}

TEST_F(Notify, AlertsAreToldWhenTheyOpenAndNotAgain) {
  Notifier told = notifier();
  tell(told, run("r1"), {alert("MUG"), alert("CUP")});
  tell(told, run("r2"), {alert("MUG"), alert("CUP")});
  tell(told, run("r3"), {alert("MUG"), alert("PEN")});
  tell(told, run("r4"), {alert("CUP"), alert("MUG"), alert("PEN")});
  told.deliver(kPlenty);
  std::vector<std::string> opened;
  for (const std::string& body : received_["webhook"]) {
    const auto event = boost::json::parse(body);
    if (event.at("type").as_string() != "alert_opened") continue;
    for (const auto& entry : event.at("data").at("alerts").as_array()) {
      opened.emplace_back(entry.at("sku").as_string());
    }
  }
  EXPECT_THAT(opened, ElementsAre("MUG", "CUP", "PEN", "CUP"));
}

TEST_F(Notify, WhoeverHasNotItsTurnLeavesTheSendingToTheOther) {
  Notifier told = notifier();
  tell(told, run("r1"));
  const auto turn = Outbox(folder_.path() / "notify").turn();
  ASSERT_TRUE(turn);
  told.deliver(kPlenty);
  EXPECT_THAT(tried_, IsEmpty());
  EXPECT_EQ(told.waiting(), 3U);
}

TEST_F(Notify, DamagedOutboxIsMovedAsideAndNoRunFailsOfIt) {
  std::filesystem::create_directories(folder_.path() / "notify");
  std::ofstream(folder_.path() / "notify" / "outbox.json") << "{\"waiting\": [";
  Notifier told = notifier();
  tell(told, run("r1"));
  told.deliver(kPlenty);
  EXPECT_THAT(types("webhook"), ElementsAre("publish"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "notify" / "outbox.json.damaged"));
}

TEST_F(Notify, WebhookWithoutASecretIsRefused) {
  const NotifySettings settings{"", "https://receiver.example/hook", "", ""};
  EXPECT_THROW((Notifier{settings, folder_.path(), kStore}), UsageError);
}

TEST(NotifyPauses, GrowToAnHour) {
  EXPECT_EQ(pause_after(1), seconds(10));
  EXPECT_EQ(pause_after(2), seconds(30));
  EXPECT_EQ(pause_after(3), seconds(90));
  EXPECT_EQ(pause_after(100), seconds(3600));
}

TEST(RunEvents, ErrorOfARunThatIsNotInTheLogIsCutAtItsFirstLine) {
  const Event event =
      failure_event("run", "r1", Instant{}, "checks failed:\n  line 3: paid_at 'x'");
  EXPECT_EQ(event.text, "run r1 failed: checks failed:");
  EXPECT_EQ(event.data.at("error").as_string(), "checks failed:");
}

TEST(RunEvents, NameTheFirstOfTheChecksThatFailed) {
  EndedRun run;
  run.run_id = "r1";
  run.command = "run";
  run.failed_checks = {{"reject_rate", "loaded_files", "error", "few", "7 of 10", 1},
                       {"unknown_sku", "fct_orders", "warning", "none", "3", 3}};
  const auto events = events_of(run);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].text,
            "2 checks of run r1 failed, the first: reject_rate, 1 row; it did not publish");
  EXPECT_EQ(events[1].data.at("checks").as_array().size(), 2U);
}

TEST(Lineage, NamesTablesOfAServerAsOthersDo) {
  EndedRun run;
  run.run_id = "r1";
  run.command = "run";
  run.is_published = true;
  run.landed_files = {"2025-03-10/orders.csv"};
  run.tables = {{"fct_orders", 3}};
  const auto lines = lineage_of(
      run, {"postgresql://analytics@db.internal/store?sslmode=require", "cartograph", "/landing"});
  const auto end = boost::json::parse(lines.at(1));
  EXPECT_EQ(end.at_pointer("/outputs/0/namespace").as_string(), "postgres://db.internal:5432");
  EXPECT_EQ(end.at_pointer("/outputs/0/name").as_string(), "store.cartograph.fct_orders");
  EXPECT_EQ(end.at_pointer("/inputs/0/namespace").as_string(), "file");
  EXPECT_EQ(end.at_pointer("/inputs/0/name").as_string(), "/landing/2025-03-10/orders.csv");
  EXPECT_EQ(end.at_pointer("/run/runId"), boost::json::parse(lines.at(0)).at_pointer("/run/runId"));
}

}  // namespace
}  // namespace cartograph::orchestration
