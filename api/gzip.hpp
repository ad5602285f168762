// Text as one gzip member. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cartograph::api {

std::string gzip(std::string_view text);

}  // namespace cartograph::api
