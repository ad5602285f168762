// Segments are split before they are decoded: an order's number may hold a slash.
#include "api/target.hpp"

#include <optional>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "base/utf8.hpp"

namespace cartograph::api {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) throw Problem(400, "The URL has a % without two hexadecimal digits.");
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (printable_name(out) != out) {
    throw Problem(400, "The URL is not percent-encoded UTF-8 without control characters.");
  }
  return out;
}

// "http://host/path" → "/path": how a proxy asks.
std::string_view without_authority(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

Target parse_target(std::string_view target) {
  Target parsed;
  if (target == "*") {
    parsed.path = target;
    parsed.is_asterisk = true;
    return parsed;
  }
  target = without_authority(target);
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (target.find('#') != std::string_view::npos || !path.starts_with('/')) {
    throw Problem(400, "The target of a request is a path such as /metrics/daily?from=2025-03-01.");
  }
  parsed.path = printable_name(path);
  for (std::size_t at = 1; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    parsed.segments.push_back(decoded(path.substr(at, slash - at), false));
    at = slash + 1;
    if (at == path.size()) parsed.segments.emplace_back();  // a slash at the end
  }
  if (!parsed.segments.empty() && parsed.segments[0] == "v1") {
    parsed.segments.erase(parsed.segments.begin());
  }
  std::string_view rest =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  while (!rest.empty()) {
    const std::size_t ampersand = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, ampersand);
    rest.remove_prefix(std::min(ampersand + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    parsed.query.emplace_back(decoded(pair.substr(0, equals), true),
                              decoded(pair.substr(std::min(equals + 1, pair.size())), true));
  }
  return parsed;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

std::string without_secrets(std::string_view target) {
  const std::size_t question = target.find('?');
  if (question == std::string_view::npos) return printable_name(target);
  std::string out(target.substr(0, question));
  char separator = '?';
  for (std::string_view rest = target.substr(question + 1); !rest.empty();) {
    const std::size_t ampersand = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, ampersand);
    rest.remove_prefix(std::min(ampersand + 1, rest.size()));
    out += separator;
    separator = '&';
    // However the name is encoded: a pair that is not known to be harmless is not shown.
    const std::string_view name = pair.substr(0, pair.find('='));
    const bool is_secret =
        name.find('%') != std::string_view::npos || equal_in_any_case(name, "key");
    out += is_secret ? std::string(name) + "=…" : std::string(pair);
  }
  return printable_name(out);
}

}  // namespace cartograph::api
