// Amounts and instants read back.
#include "base/exact_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace cartograph {
namespace {

TEST(ParseMoney, IsReadInTheFormInWhichItIsWrittenOnly) {
  EXPECT_EQ(parse_money("12.34"), Money{1234});
  EXPECT_EQ(parse_money("-0.05"), Money{-5});
  EXPECT_EQ(parse_money("9999999999999999.99"), Money{999999999999999999});
  for (const char* text : {"", "0", ".05", "1.234", "1.2", "many", "1.0x", "+1.00", "--1.00",
                           "10000000000000000.00"}) {
    EXPECT_EQ(parse_money(text), std::nullopt) << text;
  }
}

TEST(ShortText, IsShownWithoutDecimalsThatSayNothing) {
  EXPECT_EQ(short_text(*parse_instant("2025-03-01T10:00:00.000000Z")), "2025-03-01T10:00:00Z");
  EXPECT_EQ(short_text(*parse_instant("2025-03-01T10:00:00.500000Z")), "2025-03-01T10:00:00.5Z");
  EXPECT_EQ(short_text(Instant{-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(ParseInstant, IsReadInTheFormInWhichItIsWrittenOnly) {
  for (const std::int64_t micros : {std::int64_t{0}, std::int64_t{-1}, 1'740'823'200'000'001}) {
    EXPECT_EQ(parse_instant(to_string(Instant{micros})), Instant{micros});
  }
  for (const char* text : {"", "2025-03-01", "2025-03-01T10:00:00Z", "2025-02-30T10:00:00.000000Z",
                           "2025-03-01T24:00:00.000000Z", "2025-03-01T10:60:00.000000Z",
                           "2025-03-01 10:00:00.000000Z", "2025-03-01T10:00:00.00000xZ"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cartograph
