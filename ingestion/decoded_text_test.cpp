// Encodings of CSV files.
#include "ingestion/decoded_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

using contracts::Encoding;

std::string utf8_of(std::string_view bytes, Encoding without_mark = Encoding::utf_8) {
  const tests::TemporaryFolder folder;
  return std::string(DecodedText(bytes, without_mark, "orders.csv", folder.path()).text());
}

std::string utf16(std::u16string_view text, bool is_little) {
  std::string bytes = is_little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += is_little ? low : high;
    bytes += is_little ? high : low;
  }
  return bytes;
}

TEST(DecodedText, OfUtf8IsWhatLiesThereWithoutAMark) {
  EXPECT_EQ(utf8_of("a\xFF"), "a\xFF");
  EXPECT_EQ(utf8_of("\xEF\xBB\xBFä"), "ä");
  EXPECT_EQ(utf8_of("\xEF\xBB\xBFä", Encoding::windows_1252), "ä");
  EXPECT_EQ(utf8_of(""), "");
}

TEST(DecodedText, OfUtf16IsReadInEitherByteOrder) {
  for (const bool is_little : {true, false}) {
    EXPECT_EQ(utf8_of(utf16(u"a,€\n😀", is_little)), "a,€\n😀");
    EXPECT_EQ(utf8_of(utf16(u"", is_little)), "");
    EXPECT_EQ(utf8_of(utf16(u"ä", is_little), Encoding::windows_1252), "ä");
  }
}

TEST(DecodedText, OfUtf16WhatStandsForNothingIsReplaced) {
  for (const bool is_little : {true, false}) {
    EXPECT_EQ(utf8_of(utf16({u"a\xD800z", 3}, is_little)), "a\uFFFDz") << "a high one alone";
    EXPECT_EQ(utf8_of(utf16({u"a\xDC00z", 3}, is_little)), "a\uFFFDz") << "a low one alone";
    EXPECT_EQ(utf8_of(utf16({u"\xDC00\xD800", 2}, is_little)), "\uFFFD\uFFFD");
    EXPECT_EQ(utf8_of(utf16({u"a\xD800", 2}, is_little)), "a\uFFFD") << "at the end";
    EXPECT_EQ(utf8_of(utf16(u"ab", is_little) + "c"), "ab\uFFFD") << "an odd last byte";
    EXPECT_EQ(utf8_of(utf16({u"\xD800", 1}, is_little) + "c"), "\uFFFD\uFFFD");
  }
}

TEST(DecodedText, OfWindows1252ReplacesWhatItDoesNotDefine) {
  EXPECT_EQ(utf8_of("a\x80\xE4\xFF", Encoding::windows_1252), "a€äÿ");
  EXPECT_EQ(utf8_of("\x81\x8D\x8F\x90\x9D", Encoding::windows_1252),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(utf8_of("plain", Encoding::windows_1252), "plain");
}

TEST(DecodedText, MayBeLongerThanTheRoomForOnePiece) {
  const std::string bytes(5'000'001, '\xE4');
  const std::string text = utf8_of(bytes, Encoding::windows_1252);
  ASSERT_EQ(text.size(), 2 * bytes.size());
  EXPECT_EQ(text.find_first_not_of("ä"), std::string::npos);
}

}  // namespace
}  // namespace cartograph::ingestion
