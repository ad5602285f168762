// The countries that the Online Retail ledgers name, and their ISO 3166-1 codes.
// Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string_view>

namespace cartograph::importers {

/// A code of two letters; an empty one for what is not one country (`Unspecified`,
/// `Channel Islands`, …) and for no name at all; nothing for a name that is not known.
std::optional<std::string_view> country_code(std::string_view name);

}  // namespace cartograph::importers
