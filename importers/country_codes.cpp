// The table of countries, by name as the ledgers spell it.
#include "importers/country_codes.hpp"

#include <algorithm>
#include <iterator>

namespace cartograph::importers {
namespace {

struct Country {
  std::string_view name;
  std::string_view code;
};

constexpr Country kCountries[] = {
    {"", ""},
    {"Australia", "AU"},
    {"Austria", "AT"},
    {"Bahrain", "BH"},
    {"Belgium", "BE"},
    {"Bermuda", "BM"},
    {"Brazil", "BR"},
    {"Canada", "CA"},
    {"Channel Islands", ""},  // two bailiwicks: GG and JE
    {"Cyprus", "CY"},
    {"Czech Republic", "CZ"},
    {"Denmark", "DK"},
    {"EIRE", "IE"},
    {"European Community", ""},
    {"Finland", "FI"},
    {"France", "FR"},
    {"Germany", "DE"},
    {"Greece", "GR"},
    {"Hong Kong", "HK"},
    {"Iceland", "IS"},
    {"Israel", "IL"},
    {"Italy", "IT"},
    {"Japan", "JP"},
    {"Korea", "KR"},
    {"Lebanon", "LB"},
    {"Lithuania", "LT"},
    {"Malta", "MT"},
    {"Netherlands", "NL"},
    {"Nigeria", "NG"},
    {"Norway", "NO"},
    {"Poland", "PL"},
    {"Portugal", "PT"},
    {"RSA", "ZA"},
    {"Saudi Arabia", "SA"},
    {"Singapore", "SG"},
    {"Spain", "ES"},
    {"Sweden", "SE"},
    {"Switzerland", "CH"},
    {"Thailand", "TH"},
    {"USA", "US"},
    {"United Arab Emirates", "AE"},
    {"United Kingdom", "GB"},
    {"Unspecified", ""},
    {"West Indies", ""},
};
static_assert(std::is_sorted(std::begin(kCountries), std::end(kCountries),
                             [](const Country& a, const Country& b) { return a.name < b.name; }));

}  // namespace

std::optional<std::string_view> country_code(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kCountries), std::end(kCountries), name,
      [](const Country& country, std::string_view key) { return country.name < key; });
  if (found == std::end(kCountries) || found->name != name) return std::nullopt;
  return found->code;
}

}  // namespace cartograph::importers
