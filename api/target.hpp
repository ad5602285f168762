// The target of a request taken apart: path and parameters, decoded. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartograph::api {

struct Target {
  std::string path;                   // as it was sent, without the query; for messages and logs
  std::vector<std::string> segments;  // decoded, without a leading "v1"; none of "/"
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  bool is_asterisk = false;                                // "*", as OPTIONS may ask
};

/// Takes `target` apart. Throws Problem (400) where it is no path, or is not percent-encoded UTF-8.
Target parse_target(std::string_view target);

/// `text` with everything percent-encoded that is not a letter, a digit or one of -._~
std::string percent_encoded(std::string_view text);

/// `target` with the values of secret parameters (`key`) replaced, to be logged.
std::string without_secrets(std::string_view target);

}  // namespace cartograph::api
