// One JSON value at a time, by RFC 8259. What is valid is held against simdjson's opinion too.
#include "ingestion/json_row.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>

#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

const contracts::Feed& returns() { return *contracts::find_feed("returns"); }

// "invalid", "no object", or the values in the contract's order in brackets.
std::string parsed(std::string_view json) {
  JsonRowParser parser(returns());
  TextArena arena;
  std::string_view text = json;
  const JsonOutcome outcome = parser.parse(text, arena);
  if (outcome == JsonOutcome::invalid) return "invalid";
  skip_json_space(text);
  if (!text.empty()) return "invalid";
  if (outcome == JsonOutcome::not_an_object) return "no object";
  std::string joined;
  for (const std::string_view value : parser.values()) joined += fmt::format("[{}]", value);
  return joined;
}

// The value of the field reason in an object that has nothing else.
std::string value_of(std::string_view json_value) {
  const std::string all = parsed(fmt::format("{{\"reason\": {}}}", json_value));
  constexpr std::string_view kBefore = "[][][][][]";
  return all.starts_with(kBefore) ? all.substr(kBefore.size()) : all;
}

TEST(JsonRow, GivesTheFeedsMembersInTheContractsOrder) {
  EXPECT_EQ(parsed(R"({"reason":"late","quantity":3,"order_id":"O1","return_id":"R1",)"
                   R"("returned_at":"2025-03-01","line_number":2})"),
            "[R1][O1][2][3][2025-03-01][late]");
}

TEST(JsonRow, KeysAreMatchedInAnyLetterCaseAndMayBeEscaped) {
  EXPECT_EQ(parsed(R"({"ORDER_ID":"O1","Return\u005fId":"R1"})"), "[R1][O1][][][][]");
}

TEST(JsonRow, OfAKeyTwiceTheLastCounts) {
  EXPECT_EQ(value_of(R"("a","reason":"b")"), "[b]");
  EXPECT_EQ(value_of(R"("a","REASON":"b")"), "[b]");
  EXPECT_EQ(value_of(R"("a","reason":null)"), "[]");
  EXPECT_EQ(value_of(R"({"x":1},"reason":"b")"), "[b]");
  EXPECT_EQ(value_of(R"("a","reason":[])"), "no object");
}

TEST(JsonRow, NullAndAbsentAreEmpty) {
  EXPECT_EQ(value_of("null"), "[]");
  EXPECT_EQ(value_of("\"\""), "[]");
  EXPECT_EQ(parsed("{}"), "[][][][][][]");
  EXPECT_EQ(parsed(" \t\r\n{ \n} "), "[][][][][][]");
}

TEST(JsonRow, NumbersAndBooleansAreTheirLiteralText) {
  for (const char* literal : {"0", "-0", "12", "-12.50", "1e3", "1E+3", "0.10", "12.505", "1.0e-7",
                              "true", "false", "123456789012345678901234567890", "1e999", "-0.0",
                              "0.1000000000000000055511151231257827021181583404541015625"}) {
    EXPECT_EQ(value_of(literal), fmt::format("[{}]", literal));
  }
}

TEST(JsonRow, OtherNumbersAreInvalid) {
  for (const char* literal :
       {"01", "-", "+1", ".5", "5.", "1e", "1e+", "1.e3", "-01", "0x10", "NaN", "Infinity",
        "-Infinity", "1_000", "1,5", "--1", "00", "1.2.3"}) {
    EXPECT_EQ(value_of(literal), "invalid") << literal;
  }
}

TEST(JsonRow, WordsAreLowerCaseAndWhole) {
  for (const char* literal :
       {"True", "NULL", "nul", "truex", "falsey", "undefined", "yes", "tru"}) {
    EXPECT_EQ(value_of(literal), "invalid") << literal;
  }
}

TEST(JsonRow, EscapesAreUndone) {
  EXPECT_EQ(value_of(R"("\"\\\/\b\f\n\r\t")"), "[\"\\/\b\f\n\r\t]");
  EXPECT_EQ(value_of(R"("\u0041\u00e9\u20AC")"), "[Aé€]");
  EXPECT_EQ(value_of(R"("\ud83d\ude00!")"), "[\xF0\x9F\x98\x80!]");
  EXPECT_EQ(value_of(R"("\uDBFF\uDFFF")"), "[\xF4\x8F\xBF\xBF]");
  EXPECT_EQ(value_of(R"("a\u0000b")"), std::string("[a\0b]", 5));
  EXPECT_EQ(value_of(R"("\\u0041")"), "[\\u0041]");
  EXPECT_EQ(value_of("\"\x7F é\""), "[\x7F é]");
}

TEST(JsonRow, ALoneSurrogateIsInvalid) {
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")",
                           R"("\ud83d\ud83d")", R"("\ude00\ud83d")", R"("\ud83d\n")",
                           R"("\ud83d\u")", R"("\ud83d\ude0")", R"("\ud800\udbff")"}) {
    EXPECT_EQ(value_of(text), "invalid") << text;
  }
}

TEST(JsonRow, ALoneSurrogateIsInvalidInKeysAndUnknownValuesToo) {
  EXPECT_EQ(parsed(R"({"\ud83d":1})"), "invalid");
  EXPECT_EQ(parsed(R"({"x":"\ud83d"})"), "invalid");
  EXPECT_EQ(parsed(R"({"x":[{"\ude00":1}]})"), "invalid");
}

TEST(JsonRow, OtherEscapesAreInvalid) {
  for (const char* text : {R"("\a")", R"("\x41")", R"("\u12")", R"("\u12g4")", R"("\U0041")",
                           R"("\')", R"("\")", R"("\u-123")", "\"\\\n\""}) {
    EXPECT_EQ(value_of(text), "invalid") << text;
  }
}

TEST(JsonRow, AControlCharacterInAStringIsInvalid) {
  for (int c = 0; c < 0x20; ++c) {
    EXPECT_EQ(value_of(std::string("\"a") + static_cast<char>(c) + "\""), "invalid") << c;
  }
}

TEST(JsonRow, StringsHaveToBeClosed) {
  EXPECT_EQ(parsed(R"({"reason":"a)"), "invalid");
  EXPECT_EQ(parsed(R"({"reason)"), "invalid");
  EXPECT_EQ(parsed("{\"reason\":\"a\\"), "invalid");
  EXPECT_EQ(parsed("{'reason':'a'}"), "invalid");
}

TEST(JsonRow, ObjectsHaveToBeWellFormed) {
  for (const char* text : {"{",
                           "}",
                           "{,}",
                           R"({"a"})",
                           R"({"a":})",
                           R"({"a":1,})",
                           R"({,"a":1})",
                           R"({"a":1 "b":2})",
                           R"({"a" 1})",
                           R"({"a":1;"b":2})",
                           R"({a:1})",
                           R"({1:1})",
                           R"({null:1})",
                           R"({"a"::1})",
                           R"({"a":1,,"b":2})",
                           R"({"a":1]})",
                           R"({"a":1}})",
                           R"({"a":1} x)",
                           R"({"a":1}{"b":2})",
                           R"({"a":1},)",
                           R"(//x
{"a":1})",
                           R"({"a":/*x*/1})",
                           "",
                           " ",
                           "\xEF\xBB\xBF{}",
                           "\f{}"}) {
    EXPECT_EQ(parsed(text), "invalid") << text;
  }
}

TEST(JsonRow, AnythingButAnObjectIsNoRow) {
  for (const char* text : {"1", "\"a\"", "null", "true", "[]", "[{}]", "[1,2,[3]]", " [ ] "}) {
    EXPECT_EQ(parsed(text), "no object") << text;
  }
  for (const char* text : {"[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "[}", "[\"a]"}) {
    EXPECT_EQ(parsed(text), "invalid") << text;
  }
}

TEST(JsonRow, AnObjectOrArrayUnderOneOfTheFeedsColumnsIsNoRow) {
  EXPECT_EQ(value_of("{}"), "no object");
  EXPECT_EQ(value_of("[1]"), "no object");
  EXPECT_EQ(value_of("[}"), "invalid");
}

TEST(JsonRow, UnderOtherKeysAnythingValidIsPassedOver) {
  EXPECT_EQ(parsed(R"({"x":{"reason":"no","y":[{},[],{"z":[1,"}]"]}]},"reason":"yes"})"),
            "[][][][][][yes]");
  EXPECT_EQ(parsed(R"({"x":{"y":[1,2}},"reason":"yes"})"), "invalid");
  EXPECT_EQ(parsed(R"({"x":{"y":1,},"reason":"yes"})"), "invalid");
  EXPECT_EQ(parsed(R"({"x":{1:2}})"), "invalid");
  EXPECT_EQ(parsed(R"({"x":[01]})"), "invalid");
}

TEST(JsonRow, NamesTheKeysThatItDoesNotKnow) {
  JsonRowParser parser(returns());
  TextArena arena;
  std::string_view text = R"({"b":1,"reason":"x","a\u0062":{"deep":1}} {"reason":"y"})";
  ASSERT_EQ(parser.parse(text, arena), JsonOutcome::row);
  EXPECT_EQ(parser.unknown_keys(), (std::vector<std::string>{"b", "ab"}));
  ASSERT_EQ(parser.parse(text, arena), JsonOutcome::row);
  EXPECT_TRUE(parser.unknown_keys().empty());
  EXPECT_EQ(parser.values()[5], "y");
}

TEST(JsonRow, CarriesNothingFromOneObjectToTheNext) {
  JsonRowParser parser(returns());
  TextArena arena;
  std::string_view text = R"({"reason":[1],"order_id":"O1"}{"return_id":"R2"})";
  ASSERT_EQ(parser.parse(text, arena), JsonOutcome::not_an_object);
  ASSERT_EQ(parser.parse(text, arena), JsonOutcome::row);
  EXPECT_EQ(parser.values()[1], "");
  EXPECT_TRUE(text.empty());
}

TEST(JsonRow, NestingOfAnyDepthIsRead) {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string open(kDepth, '[');
  const std::string close(kDepth, ']');
  EXPECT_EQ(parsed(fmt::format(R"({{"x":{}{},"reason":"ok"}})", open, close)), "[][][][][][ok]");
  EXPECT_EQ(parsed(fmt::format(R"({{"x":{}{}]}})", open, close)), "invalid");
  EXPECT_EQ(parsed(open), "invalid");
}

// Random changes of valid documents; both parsers have to agree on whether the outcome is JSON.
TEST(JsonRow, IsJudgedAsAnotherParserDoes) {
  const std::uint64_t seed = tests::random_seed();
  SCOPED_TRACE(fmt::format("TEST_SEED={}", seed));
  std::mt19937_64 random(seed);
  const std::string documents[] = {
      R"({"return_id":"R\u00e91","order_id":"O\"1","line_number":1,"quantity":-12.5e+1,)"
      R"("x":[1,{"y":null}]})",
      R"( [ { "a" : [ ] , "b" : { } } , true , false , null , "\ud83d\ude00" , 0.25 ] )",
      R"({"reason":"a\\b\/c\n","reason":{"k":[[],[{}]]},"z":1E-2})"};
  constexpr std::string_view kBytes = "{}[]:,\"\\/ueE+-.0123456789abtfnrls \t\n\x01";
  simdjson::dom::parser judge;
  int valid = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text = documents[random() % std::size(documents)];
    for (std::uint64_t changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0: text[at] = kBytes[random() % kBytes.size()]; break;
        case 1: text.erase(at, 1); break;
        default: text.insert(at, 1, kBytes[random() % kBytes.size()]);
      }
    }
    const auto error = judge.parse(simdjson::padded_string(text)).error();
    // simdjson also refuses numbers that no double holds, which are JSON all the same.
    if (error == simdjson::NUMBER_ERROR) continue;
    const bool expected = error == simdjson::SUCCESS;
    valid += expected;
    ASSERT_EQ(parsed(text) != "invalid", expected)
        << testing::PrintToString(text) << ": " << simdjson::error_message(error);
  }
  EXPECT_GT(valid, 5'000);
}

}  // namespace
}  // namespace cartograph::ingestion
