// Scripts in Duktape.
#include "reports/script.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::reports {
namespace {

using tests::message_of;

TEST(Script, CallsAFunctionWithTextsAndGivesItsText) {
  Script script;
  script.run("sum.js", "function both(a, b) { return JSON.parse(a)[0] + b + '–€'; }");
  EXPECT_EQ(script.call("both", {R"(["1 “x”"])", "\n2"}), "1 “x”\n2–€");
}

TEST(Script, KeepsWhatEarlierScriptsDeclared) {
  Script script;
  script.run("a.js", "var kept = 'first';");
  script.run("b.js", "function kept_text() { return kept; }");
  EXPECT_EQ(script.call("kept_text", {}), "first");
}

TEST(Script, SaysWhichScriptAndLineFailed) {
  Script script;
  const auto broken = message_of<Error>([&] { script.run("broken.js", "var a = 1;\nvar = 2;"); });
  EXPECT_NE(broken.find("broken.js"), std::string::npos) << broken;
  EXPECT_NE(broken.find("line 2"), std::string::npos) << broken;
  script.run("thrower.js", "function thrower() {\n throw new Error('no rows'); }");
  const auto thrown = message_of<Error>([&] { script.call("thrower", {}); });
  EXPECT_NE(thrown.find("no rows"), std::string::npos) << thrown;
  EXPECT_NE(thrown.find("thrower.js:2"), std::string::npos) << thrown;
}

TEST(Script, RefusesWhatIsNoText) {
  Script script;
  script.run("number.js", "function number() { return 1; }");
  EXPECT_NE(message_of<Error>([&] { script.call("number", {}); }).find("no text"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { script.call("nothing", {}); }).find("nothing"),
            std::string::npos);
}

}  // namespace
}  // namespace cartograph::reports
