// What comes in and what goes out, as plain values: no sockets, and nothing of the library that
// reads and writes them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph::api {

struct Header {
  std::string name;
  std::string value;
};

/// The value of the first header of this name, in any letter case; nullptr where there is none.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

/// The head of a request; no request that reaches a handler has a body.
struct Request {
  std::string method;
  std::string target;  // as it was sent
  std::vector<Header> headers;
  std::string peer;  // the client's address, without the port
  bool keep_alive = true;

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
};

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::shared_ptr<const std::string> body;  // may be shared by many; none is an empty one
  bool without_body = false;                // as HEAD wants it: the length is said, nothing is sent
  bool close = false;                       // the connection ends with this response

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
  std::size_t size() const { return body ? body->size() : 0; }
};

/// Status line and headers with the length, the date and `Connection`, up to the empty line.
std::string head_of(const Response& response, std::string_view date, bool keep_alive);

/// What HTTP calls a status ("Not Found").
std::string_view reason_phrase(int status);

/// Why a request is refused before anybody looks at what it asks for.
struct Refusal {
  int status;
  std::string detail;
};

/// A body, a transfer coding, an upgrade, a host that is missing or named twice: this server reads
/// none of them, and does not know where the next request begins. Nothing where all is well.
std::optional<Refusal> refusal(const Request& request, int version);

/// ASCII letters only.
bool equal_in_any_case(std::string_view left, std::string_view right);

}  // namespace cartograph::api
