// The countries of the ledgers, and what stands where there is none.
#include "importers/country_codes.hpp"

#include <gtest/gtest.h>

namespace cartograph::importers {
namespace {

TEST(CountryCodes, KnowTheLedgersOwnSpellings) {
  EXPECT_EQ(country_code("United Kingdom"), "GB");
  EXPECT_EQ(country_code("EIRE"), "IE");
  EXPECT_EQ(country_code("RSA"), "ZA");
  EXPECT_EQ(country_code("Korea"), "KR");
  EXPECT_EQ(country_code("USA"), "US");
}

TEST(CountryCodes, AreEmptyForWhatIsNotOneCountry) {
  for (const auto name :
       {"", "Unspecified", "European Community", "Channel Islands", "West Indies"}) {
    EXPECT_EQ(country_code(name), "") << name;
  }
}

TEST(CountryCodes, SayNothingOfNamesThatTheyDoNotKnow) {
  EXPECT_FALSE(country_code("Atlantis"));
  EXPECT_FALSE(country_code("Zealandia"));
}

}  // namespace
}  // namespace cartograph::importers
