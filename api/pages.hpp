// What is served as it lies in the program: the dashboard, and the documentation with the
// description that it shows. Thread-safe.
#pragma once

#include <map>
#include <string>

#include "api/kept_answer.hpp"

namespace cartograph::api {

struct StaticPage {
  KeptAnswer answer;
  bool is_document = false;  // HTML, which loads and shows things
};

/// By path. Made at the first call.
const std::map<std::string, StaticPage>& pages();

}  // namespace cartograph::api
