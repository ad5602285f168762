// The reference of the API as a page, made of its OpenAPI description: what a program reads there,
// a person reads here.
#pragma once

#include <string>

namespace cartograph::api {

std::string api_reference();

}  // namespace cartograph::api
