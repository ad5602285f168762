// What --version says.
#pragma once

#include <string>

namespace cartograph::cli {

/// The program's version, and a line for each thing that comes with it.
std::string version_text();

}  // namespace cartograph::cli
