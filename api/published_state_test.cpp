// The published state of a real store: questions that take too long, runs that come and go.
#include "api/published_state.hpp"

#include <gtest/gtest.h>

#include <future>

#include "api/problem.hpp"
#include "tests/support.hpp"

namespace cartograph::api {
namespace {

using std::chrono::milliseconds;

class PublishedStateTest : public testing::Test {
 protected:
  PublishedStateTest() {
    store_.land_golden();
    store_.run();
  }

  void start(const StateSettings& settings) {
    state_ = std::make_unique<PublishedState>(store_.warehouse(), settings,
                                              [](const auto&, auto&, const auto&) {});
  }

  // What becomes of a question that runs this statement: its first cell, or the error.
  std::future<std::string> asked(const std::string& sql) {
    const auto answer = std::make_shared<std::promise<std::string>>();
    const bool is_taken = state_->submit(
        {[answer, sql](const auto&, warehouse::Reader& reader) {
           answer->set_value(reader.query(sql).rows.at(0).at(0).value_or("null"));
         },
         [answer](const std::exception& error) {
           const auto* problem = dynamic_cast<const Problem*>(&error);
           answer->set_value(problem == nullptr ? error.what()
                                                : std::to_string(problem->status()) + " " +
                                                      problem->headers().at(0).name);
         }});
    if (!is_taken) answer->set_value("not taken");
    return answer->get_future();
  }

  static constexpr const char* kEndless =
      "select sum(a.range * b.range) from range(10000000) a, range(10000000) b";

  tests::SmallStore store_;
  std::unique_ptr<PublishedState> state_;
};

TEST_F(PublishedStateTest, EndsWhatTakesTooLongAndGoesOnWithTheNext) {
  start({.threads = 1, .answer_max = milliseconds(200)});
  EXPECT_EQ(asked(kEndless).get(), "503 Retry-After");
  EXPECT_EQ(asked("select count(*) > 0 from fct_orders").get(), "true");
  EXPECT_EQ(asked(kEndless).get(), "503 Retry-After");
  EXPECT_EQ(asked("select 1").get(), "1");
}

TEST_F(PublishedStateTest, LetsOthersAnswerBesideWhatTakesLong) {
  start({.threads = 2, .answer_max = milliseconds(3'000)});
  auto endless = asked(kEndless);
  EXPECT_EQ(asked("select 1").get(), "1");
  EXPECT_EQ(endless.wait_for(milliseconds(0)), std::future_status::timeout);
  EXPECT_EQ(endless.get(), "503 Retry-After");
}

TEST_F(PublishedStateTest, TakesOnlySoManyQuestions) {
  start({.threads = 1, .waiting_max = 2, .answer_max = milliseconds(1'000)});
  auto running = asked(kEndless);
  while (state_->waiting() > 0) std::this_thread::yield();
  auto first = asked("select 1");
  auto second = asked("select 2");
  EXPECT_EQ(asked("select 3").get(), "not taken");
  EXPECT_EQ(running.get(), "503 Retry-After");
  EXPECT_EQ(first.get(), "1");
  EXPECT_EQ(second.get(), "2");
}

TEST_F(PublishedStateTest, StopsThoughAQuestionIsAsked) {
  start({.threads = 1});
  auto endless = asked(kEndless);
  while (state_->waiting() > 0) std::this_thread::yield();
  state_->stop();
  EXPECT_NE(endless.get(), "");
  EXPECT_EQ(asked("select 1").get(), "not taken");
}

TEST_F(PublishedStateTest, ClosesTheSessionsOfARunThatIsNotServedAnyMore) {
  start({.threads = 1});
  const auto before = state_->current();
  EXPECT_EQ(asked("select 1").get(), "1");
  store_.rebuild();
  while (state_->current() == before) std::this_thread::yield();
  EXPECT_EQ(asked("select 1").get(), "1");
  while (before->borrow()) ADD_FAILURE() << "a session is still open";
  EXPECT_NE(state_->current()->borrow(), nullptr);
}

}  // namespace
}  // namespace cartograph::api
