// Text as JSON writes it: the one place where that is decided. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cartograph {

/// Appends `text`, which is UTF-8, as a JSON string, quotes included.
inline void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append("\\") += c;
    } else if (byte < 0x20) {
      out.append("\\u00") += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// `text` as a JSON string, quotes included.
inline std::string json_text(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

}  // namespace cartograph
