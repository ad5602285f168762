// Text as CSV writes it (RFC 4180). Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cartograph {

/// Appends one CSV value, quoted only where it has to be.
inline void append_csv_value(std::string& out, std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
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
