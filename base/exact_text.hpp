// Amounts and instants out of the one text form that answers and commands use, and instants as
// people read them. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/money.hpp"

namespace cartograph {

/// Exactly the form of to_string(Money): digits, a point and two decimals; nothing for any other
/// text, and for what NUMERIC(18,2) cannot hold.
std::optional<Money> parse_money(std::string_view text);

/// Exactly the form of to_string(Instant), a real date and time; nothing else.
std::optional<Instant> parse_instant(std::string_view text);

/// An instant with only as many decimals as it needs: "2025-03-01T10:00:00Z".
std::string short_text(Instant instant);

}  // namespace cartograph
