// Each script first finds out which command it is in, by passing over options and their values, and
// then offers what belongs there. A path of commands is written as "quarantine list".
#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>

namespace cartograph::cli {
namespace {

using Visit = std::function<void(const std::string& path, const CommandHelp& command)>;

// The program, its commands, their commands: each with the path that leads to it.
void for_each_command(const CommandHelp& command, const std::string& path, const Visit& visit) {
  visit(path, command);
  for (const CommandHelp& below : command.commands) {
    for_each_command(below, path.empty() ? below.name : path + " " + below.name, visit);
  }
}

// Each command has --help, and the program too: it is offered once.
bool is_repeated(const std::string& path, const OptionHelp& option) {
  return !path.empty() && option.names.back() == "--help";
}

// The options of the program may stand behind a command too, but for this one.
bool is_of_all(const std::string& path, const OptionHelp& option) {
  return path.empty() && option.names.back() != "--version";
}

std::string spaced(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

// As one word of a shell of the Bourne family.
std::string quoted(const std::string& text) {
  return "'" + CLI::detail::find_and_replace(text, "'", R"('\'')") + "'";
}

// Patterns of "PATH:OPTION".
std::string bash_patterns(const std::string& path, const OptionHelp& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) {
    patterns.push_back(is_of_all(path, option) ? "*:" + name : fmt::format("'{}:{}'", path, name));
  }
  return fmt::format("{}", fmt::join(patterns, "|"));
}

std::string bash_offer(const OptionHelp& option) {
  if (!option.choices.empty()) return fmt::format("words='{}'", spaced(option.choices));
  if (option.takes == Takes::file) return "names=-f";
  return option.takes == Takes::folder ? "names=-d" : ":";
}

// The arms of the script's case statements.
struct BashArms {
  std::string steps, values, options, words;
};

BashArms bash_arms(const CommandHelp& program) {
  BashArms arms;
  for_each_command(program, "", [&](const std::string& path, const CommandHelp& command) {
    std::vector<std::string> commands;
    for (const CommandHelp& below : command.commands) {
      commands.push_back(below.name);
      arms.steps += fmt::format("      '{}:{}') path='{}' ;;\n", path, below.name,
                                path.empty() ? below.name : path + " " + below.name);
    }
    std::vector<std::string> names;
    for (const OptionHelp& option : command.options) {
      if (is_repeated(path, option)) continue;
      names.insert(names.end(), option.names.begin(), option.names.end());
      const std::string patterns = bash_patterns(path, option);
      if (option.takes != Takes::nothing) {
        arms.steps += fmt::format("      {}) option=$given ;;\n", patterns);
      }
      if (option.takes != Takes::nothing || !option.choices.empty()) {
        arms.values += fmt::format("      {}) {} ;;\n", patterns, bash_offer(option));
      }
    }
    if (!path.empty()) {
      for (const OptionHelp& option : program.options) {
        if (!is_of_all("", option)) continue;
        names.insert(names.end(), option.names.begin(), option.names.end());
      }
    }
    arms.options += fmt::format("    '{}') options='{}' ;;\n", path, spaced(names));
    if (!commands.empty())
      arms.words += fmt::format("      '{}') words='{}' ;;\n", path, spaced(commands));
    for (const OptionHelp& argument : command.arguments) {
      arms.words += fmt::format("      '{}') {} ;;\n", path, bash_offer(argument));
    }
  });
  return arms;
}

// Within brackets, and between colons, of what _arguments reads.
std::string zsh_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_action(const OptionHelp& option) {
  if (!option.choices.empty()) return "(" + spaced(option.choices) + ")";
  if (option.takes == Takes::file) return "_files";
  return option.takes == Takes::folder ? "_files -/" : " ";
}

std::string zsh_option(const std::string& name, const OptionHelp& option) {
  const std::string description = "[" + zsh_text(option.description) + "]";
  if (option.takes == Takes::nothing && option.choices.empty()) return quoted(name + description);
  const std::string value = fmt::format(
      "{}:{}", zsh_text(option.type.empty() ? "value" : option.type), zsh_action(option));
  return option.takes == Takes::nothing
             ? quoted(fmt::format("{}=-{}::{}", name, description, value))
             : quoted(fmt::format("{}={}:{}", name, description, value));
}

std::string zsh_function(const std::string& program, const std::string& path) {
  return "_" +
         CLI::detail::find_and_replace(path.empty() ? program : program + " " + path, " ", "__");
}

template <class Choose>
std::string zsh_options(const CommandHelp& command, Choose is_chosen) {
  std::string specifications;
  for (const OptionHelp& option : command.options) {
    if (!is_chosen(option)) continue;
    for (const std::string& name : option.names) {
      specifications += fmt::format(" \\\n    {}", zsh_option(name, option));
    }
  }
  return specifications;
}

// A function for a command; one with commands below it lists them, and calls theirs.
std::string zsh_command(const std::string& program, const std::string& path,
                        const CommandHelp& command) {
  const std::string own = zsh_options(command, [&](const OptionHelp& option) {
    return !is_of_all(path, option) && !is_repeated(path, option);
  });
  std::string text = zsh_function(program, path) + "() {\n";
  if (path.empty()) {
    // What functions below see too: they are called from here.
    text += fmt::format(
        "  local -a of_all=({}\n  )\n",
        zsh_options(command, [&](const OptionHelp& option) { return is_of_all(path, option); }));
  }
  if (command.commands.empty()) {
    text += "  _arguments \"$of_all[@]\"" + own;
    for (const OptionHelp& argument : command.arguments) {
      text += fmt::format(" \\\n    {}",
                          quoted(fmt::format(":{}:{}", argument.names[0], zsh_action(argument))));
    }
    return text + "\n}\n";
  }
  std::string listed;
  std::string calls;
  for (const CommandHelp& below : command.commands) {
    listed += fmt::format("\n    {}", quoted(zsh_text(below.name) + ":" + below.description));
    calls +=
        fmt::format("      {}) {} ;;\n", below.name,
                    zsh_function(program, path.empty() ? below.name : path + " " + below.name));
  }
  return text + fmt::format(R"(  local context state state_descr line
  typeset -A opt_args
  local -a commands=({}
  )
  _arguments -C "$of_all[@]"{} ':command:->command' '*:: :->below' && return
  case $state in
    command) _describe command commands ;;
    below) case $line[1] in
{}    esac ;;
  esac
}}
)",
                            listed, own, calls);
}

// As one word of fish, which knows two escapes within single quotes.
std::string fish_quoted(const std::string& text) {
  return "'" +
         CLI::detail::find_and_replace(CLI::detail::find_and_replace(text, R"(\)", R"(\\)"), "'",
                                       R"(\')") +
         "'";
}

std::string fish_offer(const OptionHelp& option) {
  // Without -r or -x the value is what may stand after an equals sign.
  const std::string needs_word = option.takes == Takes::nothing ? "" : " -x";
  if (!option.choices.empty()) return needs_word + " -a " + fish_quoted(spaced(option.choices));
  if (option.takes == Takes::file) return " -r -F";
  if (option.takes == Takes::folder) return " -x -a '(__fish_complete_directories)'";
  return needs_word;
}

// Of an argument, which follows no option: only names of files have to be let in again.
std::string fish_argument(const OptionHelp& argument) {
  if (!argument.choices.empty()) return " -a " + fish_quoted(spaced(argument.choices));
  if (argument.takes == Takes::file) return " -F";
  return argument.takes == Takes::folder ? " -a '(__fish_complete_directories)'" : "";
}

std::string fish_option(const std::string& program, const std::string& condition,
                        const OptionHelp& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return fmt::format("complete -c {}{}{} -d {}{}\n", program, condition, names,
                     fish_quoted(option.description), fish_offer(option));
}

}  // namespace

std::string bash_completion(const CommandHelp& program) {
  const BashArms arms = bash_arms(program);
  // Bash cuts words at equals signs: --format=csv comes as three.
  return fmt::format(R"(# Completion of {0} for bash, written by: {0} completion bash
_{0}() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  local path="" option="" options="" words="" names="" given i
  for ((i = 1; i < COMP_CWORD; i++)); do
    given="${{COMP_WORDS[i]}}"
    [[ $given == "=" ]] && continue
    if [[ -n $option ]]; then option=""; continue; fi
    case "$path:$given" in
{1}    esac
  done
  if [[ $word == "=" ]]; then
    option="$before" word=""
  elif [[ $before == "=" ]]; then
    option="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  case "$path" in
{3}  esac
  if [[ -n $option ]]; then
    case "$path:$option" in
{2}    esac
  elif [[ $word == -* ]]; then
    words="$options"
  else
    case "$path" in
{4}      *) words="$options" ;;
    esac
  fi
  COMPREPLY=()
  if [[ -n $names ]]; then
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen "$names" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  fi
}}
complete -F _{0} {0}
)",
                     program.name, arms.steps, arms.values, arms.options, arms.words);
}

std::string zsh_completion(const CommandHelp& program) {
  std::string text = fmt::format(
      "#compdef {0}\n# Completion of {0} for zsh, written by: {0} completion zsh\n", program.name);
  for_each_command(program, "", [&](const std::string& path, const CommandHelp& command) {
    text += zsh_command(program.name, path, command);
  });
  // Called by the completion system where it has loaded this file by its name; sourced otherwise.
  return text + fmt::format(R"(if [[ $funcstack[1] == _{0} ]]; then
  _{0} "$@"
else
  compdef _{0} {0}
fi
)",
                            program.name);
}

std::string fish_completion(const CommandHelp& program) {
  std::string steps;
  std::string with_value;
  std::string offers;
  for_each_command(program, "", [&](const std::string& path, const CommandHelp& command) {
    const std::string at =
        fmt::format(" -n {}", fish_quoted(fmt::format("__{}_at '{}'", program.name, path)));
    for (const CommandHelp& below : command.commands) {
      steps += fmt::format(" '{}:{}'", path, below.name);
      offers += fmt::format("complete -c {}{} -a {} -d {}\n", program.name, at,
                            fish_quoted(below.name), fish_quoted(below.description));
    }
    for (const OptionHelp& option : command.options) {
      if (is_repeated(path, option)) continue;
      const std::string where = is_of_all(path, option) ? "" : at;
      offers += fish_option(program.name, where, option);
      if (option.takes == Takes::nothing) continue;
      for (const std::string& name : option.names) {
        with_value += fmt::format(" '{}:{}'", where.empty() ? "" : path, name);
      }
    }
    for (const OptionHelp& argument : command.arguments) {
      const std::string offer = fish_argument(argument);
      if (!offer.empty()) offers += fmt::format("complete -c {}{}{}\n", program.name, at, offer);
    }
  });
  return fmt::format(R"(# Completion of {0} for fish, written by: {0} completion fish
function __{0}_at
  set -l steps{1}
  set -l with_value{2}
  set -l path ''
  set -l is_value no
  for word in (commandline -opc)[2..-1]
    if test $is_value = yes
      set is_value no
    else if contains -- "$path:$word" $with_value; or contains -- ":$word" $with_value
      set is_value yes
    else if contains -- "$path:$word" $steps
      set path (string trim -- "$path $word")
    end
  end
  test "$path" = "$argv"
end
complete -c {0} -f
{3})",
                     program.name, steps, with_value, offers);
}

}  // namespace cartograph::cli
