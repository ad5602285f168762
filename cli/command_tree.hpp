// The command line as data, read from the parser itself: completion scripts and the manual page
// are made of it. Hidden commands and options are left out.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cartograph::cli {

/// What the word after an option, or an argument, is.
enum class Takes { nothing, text, choice, file, folder };

struct OptionHelp {
  std::vector<std::string> names;  // "-h", "--help"; of an argument its one name
  std::string description;
  std::string type;                  // as help shows it: "DIR", "TEXT"; empty of a flag
  Takes takes = Takes::nothing;      // as a word of its own, or after an equals sign
  std::vector<std::string> choices;  // fixed ones; of a flag: what may stand after its equals sign
  bool is_required = false;
};

struct CommandHelp {
  std::string name;
  std::string description;
  std::string footer;
  std::vector<OptionHelp> options;    // its own, not those of the commands above it
  std::vector<OptionHelp> arguments;  // in order
  std::vector<CommandHelp> commands;
};

/// All of a program, or of a command, once everything has been added to it.
CommandHelp command_tree(const CLI::App& app);

}  // namespace cartograph::cli
