// explain on the command line: its arguments, and the exit status of what comes of them.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <iostream>
#include <sstream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/run_settings.hpp"
#include "tests/support.hpp"

namespace cartograph::cli {
namespace {

using testing::HasSubstr;

runs::RunOutcome run_landing(const Config& config) {
  runs::RunObserver unheard;
  return runs::run(run_settings(config), runs::Source::landing, unheard);
}

class ExplainCommand : public testing::Test {
 protected:
  ExplainCommand() {
    config_.landing = tests::golden_landing();
    config_.data = folder_ / "data";
    config_.quiet = true;
  }

  int run(const std::string& arguments) {
    CLI::App app;
    Action action;
    add_explain(app, action);
    app.parse(arguments);
    std::ostringstream out;
    std::streambuf* const screen = std::cout.rdbuf(out.rdbuf());
    const std::unique_ptr<std::streambuf, void (*)(std::streambuf*)> restore(
        screen, [](std::streambuf* buffer) { std::cout.rdbuf(buffer); });
    const int status = action(config_);
    out_ = out.str();
    return status;
  }

  tests::TemporaryFolder folder_;
  Config config_;
  std::string out_;
};

TEST_F(ExplainCommand, AnswersFromWhatIsPublished) {
  EXPECT_THAT(tests::message_of<Error>([&] { run("explain order 1012"); }),
              HasSubstr("cartograph run"));
  run_landing(config_);
  EXPECT_EQ(run("explain order 1012"), 0);
  EXPECT_THAT(out_, HasSubstr("Order 1012: net revenue 0.00"));
  EXPECT_EQ(run("explain day 2025-03-20 --all"), 0);
  EXPECT_THAT(out_, HasSubstr("Day 2025-03-20 (UTC)"));
  EXPECT_EQ(run("explain sku MUG-01"), 0);
  EXPECT_THAT(out_, HasSubstr("SKU MUG-01"));
}

TEST_F(ExplainCommand, GivesTheSameAsJson) {
  run_landing(config_);
  EXPECT_EQ(run("explain order 1006 --format json"), 0);
  const auto order = boost::json::parse(out_);
  EXPECT_EQ(order.at("subject").as_string(), "order");
  EXPECT_EQ(order.at("title").as_string(), "Order 1006: net revenue 34.83");
  EXPECT_TRUE(order.at("adds_up").as_bool());
  EXPECT_FALSE(order.at("checks").as_array().empty());
  EXPECT_EQ(run("explain day 2025-04-20 --recognition --format json"), 0);
  const auto day = boost::json::parse(out_);
  EXPECT_EQ(day.at("parts").at(2).at("lists").as_array().size(), 3u);
  EXPECT_EQ(run("explain sku MUG-01 --format json"), 0);
  EXPECT_EQ(boost::json::parse(out_).at("key").as_string(), "MUG-01");
}

TEST_F(ExplainCommand, TellsWhatThereIsNotFromWhatCannotBe) {
  run_landing(config_);
  EXPECT_THROW(run("explain day 2025-02-30"), UsageError);
  EXPECT_THROW(run("explain day yesterday"), UsageError);
  for (const char* unknown : {"day 2031-01-01", "order 1", "sku MUG"}) {
    try {
      run(std::string("explain ") + unknown);
      FAIL() << "threw nothing: " << unknown;
    } catch (const NotFound& error) {
      EXPECT_EQ(exit_status(error), 2);
    }
  }
}

TEST_F(ExplainCommand, NeedsToKnowWhatToExplain) {
  EXPECT_THROW(run("explain"), CLI::ParseError);
  EXPECT_THROW(run("explain order"), CLI::ParseError);
  EXPECT_THROW(run("explain everything"), CLI::ParseError);
}

}  // namespace
}  // namespace cartograph::cli
