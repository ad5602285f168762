// The description of the API (OpenAPI 3.1), derived from the endpoints and their row types.
#pragma once

#include <string>

namespace cartograph::api {

std::string openapi();

}  // namespace cartograph::api
