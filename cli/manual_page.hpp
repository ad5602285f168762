// The manual page, made of the texts of --help.
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace cartograph::cli {

/// cartograph.1 as roff (man macros), with every command and option.
std::string manual_page(const CommandHelp& program);

}  // namespace cartograph::cli
