// Headers are few: looking one up is a walk along them.
#include "api/message.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartograph::api {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_in_any_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equal_in_any_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

std::string head_of(const Response& response, std::string_view date, bool keep_alive) {
  fmt::memory_buffer out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                 reason_phrase(response.status), date);
  for (const Header& header : response.headers) {
    fmt::format_to(to, "{}: {}\r\n", header.name, header.value);
  }
  // These two never have a body, and so no length.
  if (response.status != 204 && response.status != 304) {
    fmt::format_to(to, "Content-Length: {}\r\n", response.size());
  }
  fmt::format_to(to, "Connection: {}\r\n\r\n", keep_alive ? "keep-alive" : "close");
  return fmt::to_string(out);
}

std::optional<Refusal> refusal(const Request& request, int version) {
  int hosts = 0;
  for (const Header& header : request.headers) {
    if (equal_in_any_case(header.name, "transfer-encoding")) {
      return Refusal{413, "This API reads no bodies; send the request without Transfer-Encoding."};
    }
    if (equal_in_any_case(header.name, "content-length") &&
        header.value.find_first_not_of('0') != std::string::npos) {
      return Refusal{413, "This API reads no bodies; put parameters into the URL."};
    }
    if (equal_in_any_case(header.name, "upgrade")) {
      return Refusal{400, "This server speaks HTTP/1.1 only; send the request without Upgrade."};
    }
    if (equal_in_any_case(header.name, "host")) ++hosts;
  }
  if (hosts > 1 || (hosts == 0 && version >= 11)) {
    return Refusal{400, "A request of HTTP/1.1 needs exactly one Host header."};
  }
  return std::nullopt;
}

}  // namespace cartograph::api
