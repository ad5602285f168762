// Text as CSV writes it (RFC 4180). Thread-safe.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace cartograph {

/// Appends one CSV value, quoted only where it has to be.
inline void append_csv_value(std::string& out, std::string_view value) {
  const auto needs_quotes = [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; };
  if (std::ranges::none_of(value, needs_quotes)) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace cartograph
