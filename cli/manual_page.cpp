// In roff a hyphen is typographic unless it has a backslash, and a line must not begin with a dot
// or an apostrophe.
#include "cli/manual_page.hpp"

#include <fmt/format.h>

namespace cartograph::cli {
namespace {

std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  if (result.starts_with('.') || result.starts_with('\'')) result.insert(0, "\\&");
  return result;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// "-h, --help", "--format {table,csv,json}", "--accept-rejects[={rows,whole}]".
std::string heading(const OptionHelp& option) {
  std::string text;
  for (const std::string& name : option.names) {
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff(name));
  }
  std::string choices;
  for (const std::string& choice : option.choices) {
    choices += fmt::format("{}\\fB{}\\fR", choices.empty() ? "" : "|", roff(choice));
  }
  if (option.takes == Takes::nothing) return choices.empty() ? text : text + "[=" + choices + "]";
  const bool is_argument = !option.names.back().starts_with('-');
  if (is_argument) return "\\fI" + roff(option.names.back()) + "\\fR";
  return text + " " + (choices.empty() ? "\\fI" + roff(option.type) + "\\fR" : choices);
}

std::string entry(const OptionHelp& option) {
  const bool is_option = option.names.back().starts_with('-');
  return fmt::format(".TP\n{}\n{}{}\n", heading(option), roff(option.description),
                     is_option && option.is_required ? " (required)" : "");
}

bool is_help(const OptionHelp& option) { return option.names.back() == "--help"; }

// A command with commands below it is described by these.
void add_commands(std::string& page, const CommandHelp& command, const std::string& path) {
  if (command.commands.empty()) {
    std::string arguments;
    for (const OptionHelp& argument : command.arguments) {
      arguments += fmt::format(" \\fI{}\\fR", roff(argument.names[0]));
    }
    page += fmt::format(".SS \"{}\"\n\\fB{}\\fR{} [\\fIoptions\\fR]\n.PP\n{}.\n", roff(path),
                        roff("cartograph " + path), arguments, roff(command.description));
    for (const OptionHelp& argument : command.arguments) page += entry(argument);
    for (const OptionHelp& option : command.options) {
      if (!is_help(option)) page += entry(option);
    }
  }
  for (const CommandHelp& below : command.commands) {
    add_commands(page, below, path + (path.empty() ? "" : " ") + below.name);
  }
}

// "Cartograph turns …" is told as "turns …": the name stands before it.
std::string summary(const CommandHelp& program) {
  std::string text = program.description.substr(0, program.description.find_first_of(".\n"));
  if (upper(text).starts_with(upper(program.name) + " ")) text.erase(0, program.name.size() + 1);
  return text;
}

}  // namespace

std::string manual_page(const CommandHelp& program) {
  std::string page = fmt::format(
      ".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n"
      ".SH NAME\n{} \\- {}\n"
      ".SH SYNOPSIS\n\\fB{}\\fR [\\fIoptions\\fR] \\fIcommand\\fR [\\fIoptions of the "
      "command\\fR]\n"
      ".SH DESCRIPTION\n{}\n.PP\n{}\n",
      upper(program.name), program.name, CARTOGRAPH_VERSION, program.name, roff(summary(program)),
      program.name, roff(program.description), roff(program.footer));
  page += ".SH OPTIONS\nOf all commands, before or after them:\n";
  for (const OptionHelp& option : program.options) page += entry(option);
  page += ".SH COMMANDS\n";
  add_commands(page, program, "");
  return page;
}

}  // namespace cartograph::cli
