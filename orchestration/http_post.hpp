// One HTTP POST, by libcurl. Redirects are not followed: what is sent is for the address that was
// configured. Thread-safe.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph::orchestration {

struct HttpPost {
  std::string url;                   // http:// or https://
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::chrono::milliseconds time_max{5000};  // for all of it
};

struct HttpAnswer {
  int status = 0;                       // 0: none came
  std::string error;                    // why none came
  std::chrono::seconds retry_after{0};  // what the answer asks for; 0: nothing
};

/// Waits for the answer, whose body is not kept. What goes wrong is in the result; a stop is, too.
HttpAnswer post(const HttpPost& request, const std::stop_token& stop = {});

/// "https://host:8443": what may be shown of a URL, whose path and user may be secrets.
std::string shown_url(std::string_view url);

}  // namespace cartograph::orchestration
