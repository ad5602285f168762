// What each type of value accepts and what it makes of it; the first fault in order of precedence.
#include "contracts/value.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

namespace cartograph::contracts {
namespace {

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;

// 254 and 255 characters of e-mail address.
std::string email_of(std::size_t length) { return std::string(length - 4, 'a') + "@b.c"; }

Fault integer_fault(std::string_view text, std::int64_t min = 1, std::int64_t max = 9'999) {
  std::int32_t value = 0;
  return read_integer(text, min, max, value);
}

Fault money_fault(std::string_view text) {
  Money value;
  return read_money(text, Money{0}, Money{100'000'000}, value);
}

Fault timestamp_fault(std::string_view text) {
  Instant value;
  return read_timestamp(text, value);
}

std::string timestamp_text(std::string_view text) {
  Instant value;
  return read_timestamp(text, value) == Fault::none ? to_string(value) : "fault";
}

Fault email_fault(std::string_view text) {
  std::string_view value;
  return read_email(text, value);
}

Fault text_fault(std::string_view text, std::size_t length_max, bool allow_line_breaks) {
  std::string_view value;
  return read_text(text, length_max, allow_line_breaks, value);
}

TEST(Trimmed, TakesSpacesTabsAndWhatCannotBeSeenOffBothEndsOnly) {
  EXPECT_EQ(trimmed(" \t a b\t "), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\na\r"), "\na\r");
  for (const std::string space : {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x8B", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(trimmed(space + " " + space + "a" + space + "b\t" + space), "a" + space + "b");
    EXPECT_EQ(trimmed(space + space), "");
  }
  for (const std::string other : {"\xE2\x80\x89", "\xC2\xA1", "\xC3\xA4"}) {
    EXPECT_EQ(trimmed(other + "a" + other), other + "a" + other);
  }
}

TEST(IsBlank, KnowsSpacesAndTabsOnly) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t "));
  EXPECT_FALSE(is_blank("\xC2\xA0"));
  EXPECT_FALSE(is_blank("\r"));
}

TEST(EqualsIgnoringCase, FoldsAsciiLettersOnly) {
  EXPECT_TRUE(equals_ignoring_case("Order_ID", "order_id"));
  EXPECT_FALSE(equals_ignoring_case("order_id", "order_i"));
  EXPECT_FALSE(equals_ignoring_case("order@id", "order`id"));
  EXPECT_FALSE(equals_ignoring_case("ä", "Ä"));
}

TEST(CountCharacters, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0u);
  EXPECT_EQ(count_characters("abc"), 3u);
  EXPECT_EQ(count_characters("Süß"), 3u);
  EXPECT_EQ(count_characters("\xF0\x9F\x98\x80\xE2\x82\xAC"), 2u);
}

TEST(ControlCharacter, IsEachOfTheTwoRangesAndNothingBeside) {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text = {'a', static_cast<char>(c), 'b'};
    EXPECT_EQ(has_control_character(text, false), c < 0x20 || c == 0x7F) << c;
    const bool line_break = c == '\t' || c == '\n' || c == '\r';
    EXPECT_EQ(has_control_character(text, true), (c < 0x20 && !line_break) || c == 0x7F) << c;
  }
  for (int c = 0x80; c <= 0xBF; ++c) {
    const std::string text = {'\xC2', static_cast<char>(c)};
    EXPECT_EQ(has_control_character(text, true), c <= 0x9F) << c;
  }
  EXPECT_FALSE(has_control_character("\xC3\x80\xE2\x82\x80", false));
}

TEST(Id, HasOneTo64CharactersWithoutControlCharacters) {
  EXPECT_EQ(text_fault("a", 64, false), Fault::none);
  EXPECT_EQ(text_fault(std::string(64, 'a'), 64, false), Fault::none);
  EXPECT_EQ(text_fault(std::string(65, 'a'), 64, false), Fault::too_long);
  std::string euros;
  for (int i = 0; i < 64; ++i) euros += "€";
  EXPECT_EQ(text_fault(euros, 64, false), Fault::none) << "characters count, not bytes";
  EXPECT_EQ(text_fault(euros + "€", 64, false), Fault::too_long);
  EXPECT_EQ(text_fault("a\nb", 64, false), Fault::control_character);
  EXPECT_EQ(text_fault("a\tb", 64, false), Fault::control_character);
  EXPECT_EQ(text_fault("a b, \"c\"", 64, false), Fault::none);
}

TEST(PlainText, MayHoldTabsAndLineBreaksButNoOtherControlCharacter) {
  EXPECT_EQ(text_fault("a\tb\r\nc", 32, true), Fault::none);
  EXPECT_EQ(text_fault("a\vb", 32, true), Fault::control_character);
  EXPECT_EQ(text_fault(std::string("a\0b", 3), 32, true), Fault::control_character);
  EXPECT_EQ(text_fault("a\xC2\x85"
                       "b",
                       32, true),
            Fault::control_character);
}

TEST(PlainText, TooLongComesBeforeControlCharacter) {
  EXPECT_EQ(text_fault(std::string(33, '\v'), 32, true), Fault::too_long);
  EXPECT_EQ(text_fault(std::string(32, '\v'), 32, true), Fault::control_character);
}

TEST(PlainText, IsKeptAsItStands) {
  std::string_view value;
  ASSERT_EQ(read_text("Süß \t x", 32, true, value), Fault::none);
  EXPECT_EQ(value, "Süß \t x");
}

TEST(Integer, AcceptsDigitsWithAnOptionalMinus) {
  const std::pair<const char*, std::int32_t> cases[] = {
      {"1", 1},
      {"0", 0},
      {"-0", 0},
      {"-5", -5},
      {"007", 7},
      {"-000000000000000012", -12},
      {"2147483647", 2'147'483'647},
      {"-2147483648", std::numeric_limits<std::int32_t>::min()}};
  for (const auto& [text, expected] : cases) {
    std::int32_t value = 99;
    EXPECT_EQ(read_integer(text, std::numeric_limits<std::int32_t>::min(),
                           std::numeric_limits<std::int32_t>::max(), value),
              Fault::none)
        << text;
    EXPECT_EQ(value, expected) << text;
  }
}

TEST(Integer, RefusesEveryOtherForm) {
  for (const char* text :
       {"-", "+1", "--1", "1-", "1.0", "1.", "1e3", "1,000", "1 000", "0x10", "one", "true",
        "1_000", "\xD9\xA1", "- 1", "NaN", "99999999999999999999x"}) {
    EXPECT_EQ(integer_fault(text), Fault::not_an_integer) << text;
  }
}

TEST(Integer, OutsideTheFieldsRangeIsOutOfRange) {
  EXPECT_EQ(integer_fault("1"), Fault::none);
  EXPECT_EQ(integer_fault("9999"), Fault::none);
  for (const char* text :
       {"0", "-1", "10000", "2147483648", "-2147483649", "4294967297", "9223372036854775808",
        "18446744073709551617", "100000000000000000000000000000000000000001"}) {
    EXPECT_EQ(integer_fault(text), Fault::out_of_range) << text;
  }
}

TEST(Money, AcceptsUpToTwoDecimals) {
  const std::pair<const char*, std::int64_t> cases[] = {{"0", 0},
                                                        {"-0", 0},
                                                        {"-0.00", 0},
                                                        {"12", 1200},
                                                        {"12.5", 1250},
                                                        {"12.50", 1250},
                                                        {"12.05", 1205},
                                                        {"0.01", 1},
                                                        {"007.10", 710},
                                                        {"1000000", 100'000'000},
                                                        {"1000000.00", 100'000'000},
                                                        {"0000000000000001.5", 150}};
  for (const auto& [text, cents] : cases) {
    Money value{-1};
    EXPECT_EQ(read_money(text, Money{0}, Money{100'000'000}, value), Fault::none) << text;
    EXPECT_EQ(value.cents, cents) << text;
  }
}

TEST(Money, IsSignedWhereTheRangeAllows) {
  Money value;
  EXPECT_EQ(read_money("-12.34", Money{-2000}, Money{2000}, value), Fault::none);
  EXPECT_EQ(value.cents, -1234);
}

TEST(Money, RefusesWhatIsNoDecimal) {
  for (const char* text :
       {"-",        ".",     ".5",   "5.",    "-.5", "+1",     "1,50",
        "1,000.00", "1 000", "1e3",  "1.5e1", "$5",  "5 USD",  "1.2.3",
        "1..2",     "abc",   "1.5x", "12-",   "--1", "1.555x", "12345678901234567x",
        "NaN",      "inf",   "true"}) {
    EXPECT_EQ(money_fault(text), Fault::not_a_decimal) << text;
  }
}

TEST(Money, MoreDecimalsHaveToBeZero) {
  EXPECT_EQ(money_fault("1.000"), Fault::none);
  EXPECT_EQ(money_fault("6.5000"), Fault::none);
  EXPECT_EQ(money_fault("6.5001"), Fault::more_than_two_decimals);
  EXPECT_EQ(money_fault("12.505"), Fault::more_than_two_decimals);
  EXPECT_EQ(money_fault("0.12345678901234567890123"), Fault::more_than_two_decimals);
}

TEST(Money, AThirdDecimalComesBeforeTheRange) {
  EXPECT_EQ(money_fault("-1.001"), Fault::more_than_two_decimals);
  EXPECT_EQ(money_fault("12345678901234567.123"), Fault::more_than_two_decimals);
}

TEST(Money, ACommaIsADecimalPointWhereItIsAllowed) {
  Money value;
  const auto read = [&](const char* text) {
    return read_money(text, Money{0}, Money{1'000'000}, value, true);
  };
  EXPECT_EQ(read("12,50"), Fault::none);
  EXPECT_EQ(value.cents, 1250);
  EXPECT_EQ(read("12.50"), Fault::none);
  for (const char* text : {"1.234,50", "1,234.50", "12,", ",5", "1,2,3"}) {
    EXPECT_EQ(read(text), Fault::not_a_decimal) << text;
  }
}

TEST(Money, OutsideTheFieldsRangeIsOutOfRange) {
  EXPECT_EQ(money_fault("-0.01"), Fault::out_of_range);
  EXPECT_EQ(money_fault("1000000.01"), Fault::out_of_range);
  EXPECT_EQ(money_fault("9999999999999999.99"), Fault::out_of_range);
}

TEST(Money, MoreThan16DigitsBeforeThePointAsWrittenIsOutOfRange) {
  EXPECT_EQ(money_fault("0000000000000005"), Fault::none);
  EXPECT_EQ(money_fault("00000000000000005"), Fault::out_of_range);
  EXPECT_EQ(money_fault("-00000000000000000.00"), Fault::out_of_range);
  EXPECT_EQ(money_fault(std::string(500, '9')), Fault::out_of_range);
}

TEST(Timestamp, AcceptsADateAsMidnightUtc) {
  EXPECT_EQ(timestamp_text("2025-03-01"), "2025-03-01T00:00:00.000000Z");
  EXPECT_EQ(timestamp_text("2024-02-29"), "2024-02-29T00:00:00.000000Z");
}

TEST(Timestamp, AcceptsTOrOneSpaceBetweenDateAndTime) {
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30"), "2025-03-01T10:20:30.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01 10:20:30"), "2025-03-01T10:20:30.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01 23:59:59Z"), "2025-03-01T23:59:59.000000Z");
}

TEST(Timestamp, AcceptsOneToSixDecimalsOfASecond) {
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30.5"), "2025-03-01T10:20:30.500000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30.05Z"), "2025-03-01T10:20:30.050000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30.123"), "2025-03-01T10:20:30.123000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30.123456+00:00"), "2025-03-01T10:20:30.123456Z");
}

TEST(Timestamp, AnOffsetIsTakenOff) {
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30+02:00"), "2025-03-01T08:20:30.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T23:30:00-02:00"), "2025-03-02T01:30:00.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01 10:20:30.25+05:45"), "2025-03-01T04:35:30.250000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T00:00:00+23:59"), "2025-02-28T00:01:00.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T00:00:00-23:59"), "2025-03-01T23:59:00.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T00:00:00-00:00"), "2025-03-01T00:00:00.000000Z");
}

TEST(Timestamp, MayLackSecondsAndHaveZerosAfterTheSixthDecimal) {
  EXPECT_EQ(timestamp_text("2025-03-01T10:20"), "2025-03-01T10:20:00.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01 10:20Z"), "2025-03-01T10:20:00.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30.123456000"), "2025-03-01T10:20:30.123456Z");
}

TEST(Timestamp, NamesUtcAndOffsetsInSeveralForms) {
  for (const char* zone : {"Z", "z", "UTC", "gmt", " Z", " utc", "+00", "-0000", " +00:00"}) {
    EXPECT_EQ(timestamp_text(std::string("2025-03-01T10:20:30") + zone),
              "2025-03-01T10:20:30.000000Z")
        << zone;
  }
  EXPECT_EQ(timestamp_text("2025-03-01T10:20:30-0530"), "2025-03-01T15:50:30.000000Z");
  EXPECT_EQ(timestamp_text("2025-03-01T10:20 +01"), "2025-03-01T09:20:00.000000Z");
}

TEST(Timestamp, RefusesEveryOtherForm) {
  for (const char* text : {"2025",
                           "2025-03",
                           "2025-3-1",
                           "25-03-01",
                           "20250301",
                           "2025/03/01",
                           "01.03.2025",
                           "2025-03-01T",
                           "2025-03-01 ",
                           "2025-03-01T10",
                           "2025-03-01t10:20:30",
                           "2025-03-01  10:20:30",
                           "2025-03-01\t10:20:30",
                           "2025-03-01T10:20:30.",
                           "2025-03-01T10:20:30.Z",
                           "2025-03-01T10:20:30.1234567",
                           "2025-03-01T10:20:30,5",
                           "2025-03-01T10:20:30+2:00",
                           "2025-03-01T10:20:30+24:00",
                           "2025-03-01T10:20:30+02:60",
                           "2025-03-01T10:20:30+",
                           "2025-03-01T10:20:30+02:0",
                           "2025-03-01T10:20.5",
                           "2025-03-01T10:20:30.1234560000",
                           "2025-03-01T10:20:30+020",
                           "2025-03-01T10:20:30+02:",
                           "2025-03-01T10:20:30+2400",
                           "2025-03-01T10:20:30  Z",
                           "2025-03-01T10:20:30CET",
                           "2025-03-01T10:20:30ZZ",
                           "2025-03-01T10:20:30Z+02:00",
                           "2025-03-01T10:20:30+02:00Z",
                           "2025-03-01Z",
                           "2025-03-01+02:00",
                           "1740823200",
                           "yesterday",
                           "+2025-03-01",
                           "-2025-03-01",
                           "12025-03-01",
                           "2025-03-01T1:20:30",
                           "2025-03-01T10-20-30",
                           "2025-03-01T10:20:3",
                           "2025-03-01T-1:20:30",
                           "2025-03-01T10:20:30.+1"}) {
    EXPECT_EQ(timestamp_fault(text), Fault::not_a_timestamp) << text;
  }
}

TEST(Timestamp, HasToBeOnTheCalendarAndTheClock) {
  for (const char* text : {"2025-02-29", "2025-02-30", "2100-02-29", "2025-04-31", "2025-00-01",
                           "2025-13-01", "2025-01-00", "2025-01-32", "2025-03-01T24:00:00",
                           "2025-03-01T10:60:00", "2025-03-01T10:20:60", "2016-12-31T23:59:60Z"}) {
    EXPECT_EQ(timestamp_fault(text), Fault::not_a_timestamp) << text;
  }
}

TEST(Timestamp, AYearOutside1970To2100AsWrittenIsOutOfRange) {
  EXPECT_EQ(timestamp_fault("1969-12-31T23:59:59Z"), Fault::out_of_range);
  EXPECT_EQ(timestamp_fault("2101-01-01"), Fault::out_of_range);
  EXPECT_EQ(timestamp_fault("0000-01-01"), Fault::out_of_range);
  EXPECT_EQ(timestamp_fault("9999-12-31T23:59:59"), Fault::out_of_range);
  EXPECT_EQ(timestamp_fault("1970-01-01"), Fault::none);
  EXPECT_EQ(timestamp_fault("2100-12-31T23:59:59.999999Z"), Fault::none);
  EXPECT_EQ(timestamp_text("1970-01-01T00:00:00+01:00"), "1969-12-31T23:00:00.000000Z");
  EXPECT_EQ(timestamp_text("2100-12-31T23:00:00-02:00"), "2101-01-01T01:00:00.000000Z");
  EXPECT_EQ(timestamp_fault("1969-12-31T23:30:00-01:00"), Fault::out_of_range);
}

TEST(Timestamp, NotATimestampComesBeforeOutOfRange) {
  EXPECT_EQ(timestamp_fault("1969-02-30"), Fault::not_a_timestamp);
  EXPECT_EQ(timestamp_fault("2101-01-01T25:00:00"), Fault::not_a_timestamp);
}

TEST(Timestamp, CountsMicrosecondsExactly) {
  Instant value;
  ASSERT_EQ(read_timestamp("1970-01-02T01:02:03.000004", value), Fault::none);
  EXPECT_EQ(value.micros, kMicrosPerDay + kHour + 2 * kMinute + 3 * kMicrosPerSecond + 4);
}

TEST(Email, HasExactlyOneAtWithTextOnBothSides) {
  for (const char* text : {"a@b", "ann@example.com", "a+b@c", "süß@example.org", "\"a\"@b"}) {
    EXPECT_EQ(email_fault(text), Fault::none) << text;
  }
  for (const char* text : {"a", "@", "a@", "@b", "a@@b", "a@b@c", "a@b@", "ab", "a b@c", "a@b c",
                           "a\tb@c", "a\n@c", "a@\x7F", "a@b\xC2\x80"}) {
    EXPECT_EQ(email_fault(text), Fault::not_an_email) << text;
  }
}

TEST(Email, OfMoreThan254CharactersIsTooLong) {
  EXPECT_EQ(email_fault(email_of(254)), Fault::none);
  EXPECT_EQ(email_fault(email_of(255)), Fault::too_long);
  std::string accents;
  for (int i = 0; i < 250; ++i) accents += "é";
  EXPECT_EQ(email_fault(accents + "@b.c"), Fault::none) << "characters count, not bytes";
  EXPECT_EQ(email_fault("é" + accents + "@b.c"), Fault::too_long);
}

TEST(Email, NotAnEmailComesBeforeTooLong) {
  EXPECT_EQ(email_fault(email_of(300) + "@"), Fault::not_an_email);
  EXPECT_EQ(email_fault(std::string(300, 'a')), Fault::not_an_email);
  EXPECT_EQ(email_fault(email_of(300) + "\x01"), Fault::not_an_email);
}

TEST(Country, IsTwoLettersMadeUpperCase) {
  std::string_view value;
  for (const char* text : {"us", "US", "uS"}) {
    ASSERT_EQ(read_country(text, value), Fault::none) << text;
    EXPECT_EQ(value, "US");
  }
  for (const auto& [text, expected] : {std::pair{"aa", "AA"}, {"zz", "ZZ"}, {"Az", "AZ"}}) {
    ASSERT_EQ(read_country(text, value), Fault::none);
    EXPECT_EQ(value, expected);
  }
  for (const char* text : {"U", "USA", "U1", "1U", "--", "ü", "@A", "[A", "`a", "{a"}) {
    EXPECT_EQ(read_country(text, value), Fault::not_a_country) << text;
  }
}

TEST(Currency, HasToBeThreeLettersAndThenTheReportingCurrency) {
  const std::string reporting = "EUR";
  std::string_view value;
  for (const char* text : {"EUR", "eur", "eUr"}) {
    ASSERT_EQ(read_currency(text, reporting, value), Fault::none) << text;
    EXPECT_EQ(value, "EUR");
  }
  for (const char* text : {"EU", "EURO", "E1R", "EU1", "1UR", "€", "E R"}) {
    EXPECT_EQ(read_currency(text, reporting, value), Fault::not_a_currency) << text;
  }
  EXPECT_EQ(read_currency("USD", reporting, value), Fault::another_currency);
  EXPECT_EQ(read_currency("usd", reporting, value), Fault::another_currency);
}

TEST(Word, IsFoundInAnyLetterCase) {
  constexpr std::array<std::string_view, 3> words{"card", "gift_card", "wallet"};
  std::size_t index = 9;
  ASSERT_EQ(read_word("GIFT_Card", words, index), Fault::none);
  EXPECT_EQ(index, 1u);
  ASSERT_EQ(read_word("wallet", words, index), Fault::none);
  EXPECT_EQ(index, 2u);
  for (const char* text : {"cards", "car", "gift card", "gift-card", "wallet."}) {
    EXPECT_EQ(read_word(text, words, index), Fault::not_a_listed_word) << text;
  }
}

}  // namespace
}  // namespace cartograph::contracts
