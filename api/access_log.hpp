// A line for each request, to standard error: as text or as JSON, and never with a key.
// Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "api/message.hpp"

namespace cartograph::api {

enum class AccessLog { none, text, json };

struct AccessEntry {
  std::string request_id;
  std::string key_name;  // empty without one
  std::chrono::microseconds took{0};
};

/// The line, without its end.
std::string access_line(AccessLog form, const Request& request, const Response& response,
                        const AccessEntry& entry);

void log_access(AccessLog form, const Request& request, const Response& response,
                const AccessEntry& entry);

}  // namespace cartograph::api
