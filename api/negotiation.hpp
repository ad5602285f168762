// What form of an answer a client asks for: type, coding, whether it has it already. Pure,
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "api/message.hpp"

namespace cartograph::api {

enum class Format { json, csv };

/// By the Accept header: CSV where it is preferred to JSON. Throws Problem (406) where neither is
/// accepted.
Format format_of(const Request& request);

/// Whether Accept-Encoding takes gzip.
bool accepts_gzip(const Request& request);

/// Whether If-None-Match names this tag, which is compared without regard to W/.
bool has_already(const Request& request, std::string_view etag);

}  // namespace cartograph::api
