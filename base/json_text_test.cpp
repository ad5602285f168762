// JSON strings.
#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace cartograph {
namespace {

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(json_text("a \"b\" \\ c"), R"("a \"b\" \\ c")");
  EXPECT_EQ(json_text(std::string_view("\n\x1f\0", 3)), R"("\u000a\u001f\u0000")");
}

TEST(JsonText, LeavesOtherCharactersAsTheyAre) {
  EXPECT_EQ(json_text(""), R"("")");
  EXPECT_EQ(json_text("Zürich / 東京"), R"("Zürich / 東京")");
}

}  // namespace
}  // namespace cartograph
