// libpq's own messages repeat pieces of a URL, and an unescaped character in a password makes a
// host, a port or a parameter of its rest. So what could be such a piece is refused here, in our
// words.
#include "warehouse/postgres/connection_url.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

#include "base/error.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::string_view kWayOut =
    "write postgresql://USER@HOST:PORT/DATABASE, with characters of the password that have a "
    "meaning "
    "in URLs as %40 (@), %3A (:), %2F (/), %3F (?), %23 (#) and %25 (%)";

[[noreturn]] void refuse(std::string_view what) {
  throw UsageError(fmt::format("the warehouse URL {}; {}", what, kWayOut));
}

bool is_port(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void expect_ports(std::string_view hosts) {
  while (!hosts.empty()) {
    const std::string_view host = hosts.substr(0, hosts.find(','));
    hosts.remove_prefix(std::min(hosts.size(), host.size() + 1));
    // An IPv6 address stands in brackets.
    const std::size_t after = host.starts_with('[') ? host.find(']') : 0;
    const std::size_t colon = host.find(':', after == std::string_view::npos ? 0 : after);
    if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) {
      refuse("has a port that is no number");
    }
  }
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ParsedOptions = std::unique_ptr<PQconninfoOption, FreeOptions>;

ParsedOptions parse(const std::string& url) {
  char* words = nullptr;
  ParsedOptions options(PQconninfoParse(url.c_str(), &words));
  PQfreemem(words);
  return options;
}

}  // namespace

void expect_valid_url(const std::string& url) {
  std::string_view rest = std::string_view(url).substr(url.find("//") + 2);
  // As libpq does it: user and password end at the first @, and a / before it begins the path.
  const std::size_t end = rest.find_first_of("@/");
  if (end != std::string_view::npos && rest[end] == '@') rest.remove_prefix(end + 1);
  const std::string_view hosts = rest.substr(0, rest.find_first_of("/?"));
  const std::string_view path = rest.substr(hosts.size(), rest.find('?') - hosts.size());
  if (hosts.find('@') != std::string_view::npos || path.find('@') != std::string_view::npos) {
    refuse("has an @ that separates nothing");
  }
  expect_ports(hosts);
  if (!parse(url)) {
    refuse("cannot be read, or has a parameter that libpq does not know");
  }
}

std::string without_password(const std::string& url) {
  const ParsedOptions options = parse(url);
  std::map<std::string_view, std::string> values;
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  const bool has_socket = values["host"].starts_with('/');
  std::string text = "postgresql://";
  if (!values["user"].empty()) text += values["user"] + "@";
  if (!has_socket) text += values["host"];
  if (!values["port"].empty()) text += ":" + values["port"];
  text += "/" + values["dbname"];
  if (has_socket) text += "?host=" + values["host"];
  if (!values["service"].empty()) text += "?service=" + values["service"];
  return text;
}

}  // namespace cartograph::warehouse::postgres
