// From what an endpoint replies to the bytes that are kept, and from those to a response. Pure,
// thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/endpoint.hpp"
#include "api/message.hpp"
#include "api/snapshot.hpp"

namespace cartograph::api {

/// `body` as an answer of this type, with its hash and, where it is worth it, compressed.
KeptAnswer kept(std::string content_type, std::string body);

/// The reply with its meta, as JSON or CSV.
KeptAnswer kept(const Endpoint& endpoint, const Asked& asked, const Reply& reply);

/// How the state that an answer comes from is served.
struct Served {
  std::string tag;                           // of the state: the run
  std::optional<Instant> unreachable_since;  // of the warehouse
  std::optional<Instant> published_at;
};

/// The response to `request`: the body, 304 where the client has it, compressed where it asks.
Response response_of(const KeptAnswer& answer, const Request& request, const Served& served,
                     std::string_view path);

}  // namespace cartograph::api
