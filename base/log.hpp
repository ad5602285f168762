// Messages to standard error, as text or as one JSON object a line; results never go here.
// Thread-safe.
#pragma once

#include <string_view>

namespace cartograph::log {

enum class Format { text, json };

/// To be called before the first message, and again when more is known.
void configure(Format format, bool quiet);

void info(std::string_view message);  // left out when quiet
void warning(std::string_view message);
void error(std::string_view message);

}  // namespace cartograph::log
