// Completion scripts for shells: commands, options, and the values of options that have a fixed
// choice; names of files and folders where those are asked for.
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace cartograph::cli {

/// Each returns a script that stands alone, to be sourced or put where the shell looks for it.
std::string bash_completion(const CommandHelp& program);
std::string zsh_completion(const CommandHelp& program);
std::string fish_completion(const CommandHelp& program);

}  // namespace cartograph::cli
