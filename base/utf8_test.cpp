// What becomes of bytes that are no text.
#include "base/utf8.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cartograph {
namespace {

constexpr std::string_view kReplaced = "\xEF\xBF\xBD";

TEST(Printable, KeepsUtf8AsItIs) {
  for (const char* text :
       {"", "abc\r\n\t\x01", "Süß €", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\xE0\xA0\x80", "\xF0\x90\x80\x80", "\xC2\x80"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, PutsTheReplacementCharacterForBytesThatAreNotUtf8AndForNul) {
  const auto replaced = [](std::string_view before, std::string_view after) {
    return std::string(before).append(kReplaced).append(after);
  };
  EXPECT_EQ(printable("a\xFF"
                      "b"),
            replaced("a", "b"));
  EXPECT_EQ(printable("a\x80"), replaced("a", ""));
  EXPECT_EQ(printable("\xC3"), replaced("", ""));
  EXPECT_EQ(printable("\xC3("), replaced("", "("));
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), replaced("a", "b"));
  EXPECT_EQ(printable("\xFE\xFF"), replaced(kReplaced, ""));
}

TEST(PrintableName, StaysInItsLineAndSendsNothingToATerminal) {
  EXPECT_EQ(printable_name("a\nb\x1B[31m\x7F\tc"), fmt::format("a{0}b{0}[31m{0}{0}c", kReplaced));
  EXPECT_EQ(printable_name("gr\xC3\xBC\xC3\x9F\xFF"),
            fmt::format("gr\xC3\xBC\xC3\x9F{}", kReplaced));
}

TEST(Printable, LeavesNothingThatIsNotUtf8) {
  for (const std::string& text :
       {std::string("\xC0\xAF"), std::string("\xC1\x81"), std::string("\xE0\x80\xAF"),
        std::string("\xED\xA0\x80"), std::string("\xF0\x80\x80\xAF"),
        std::string("\xF4\x90\x80\x80"), std::string("\xF5\x80\x80\x80"), std::string("\xE2\x82"),
        std::string("\xF0\x9F\x98"), std::string("\xE2\x28\xA1"),
        std::string("\xF8\x88\x80\x80\x80")}) {
    std::string rest = printable("<" + text + ">");
    EXPECT_EQ(rest.front(), '<');
    EXPECT_EQ(rest.back(), '>') << "what follows a broken sequence is kept";
    for (std::size_t at; (at = rest.find(kReplaced)) != std::string::npos;) rest.erase(at, 3);
    for (const char c : rest) EXPECT_GT(c, 0) << testing::PrintToString(text);
  }
}

TEST(CountCharacters, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("abc"), 3u);
  EXPECT_EQ(count_characters("Süß"), 3u);
  EXPECT_EQ(count_characters("\xF0\x9F\x98\x80\xE2\x82\xAC"), 2u);
}

TEST(Visible, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(visible("a\xE2\x80\x8B\xC2\xA0\n\xEF\xBB\xBF", 10),
            "a<U+200B><U+00A0><U+000A><U+FEFF>");
  EXPECT_EQ(visible("gr\xC3\xBC\xC3\x9F\xFF", 10), "gr\xC3\xBC\xC3\x9F\xEF\xBF\xBD");
  EXPECT_EQ(visible("four", 3), "fou…");
  EXPECT_EQ(visible("", 3), "");
}

}  // namespace
}  // namespace cartograph
