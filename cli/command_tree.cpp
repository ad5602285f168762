// The parser does not hand out its checks; what they accept stands in the type that help shows:
// "TEXT:{table,csv,json}".
#include "cli/command_tree.hpp"

namespace cartograph::cli {
namespace {

std::vector<std::string> choices_in(const std::string& type) {
  const auto begin = type.find('{');
  const auto end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

OptionHelp option_help(const CLI::Option& option) {
  OptionHelp help;
  for (const std::string& name : option.get_snames()) help.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) help.names.push_back("--" + name);
  const std::string argument = option.get_positional() ? option.get_name(true) : std::string();
  if (help.names.empty()) help.names.push_back(argument);
  help.description = option.get_description();
  help.is_required = option.get_required();
  const std::string type = option.get_type_name();
  help.choices = choices_in(type);
  // A flag needs no word of its own.
  if (option.get_items_expected_min() == 0) return help;
  help.type = type.substr(0, type.find(':'));
  const std::string& says = option.get_positional() ? argument : help.type;
  help.takes = !help.choices.empty() ? Takes::choice
               : says == "FILE"      ? Takes::file
               : says == "DIR"       ? Takes::folder
                                     : Takes::text;
  return help;
}

}  // namespace

CommandHelp command_tree(const CLI::App& app) {
  CommandHelp help{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->nonpositional() ? help.options : help.arguments).push_back(option_help(*option));
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) help.commands.push_back(command_tree(*command));
  }
  return help;
}

}  // namespace cartograph::cli
