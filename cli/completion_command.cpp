// completion: scripts for shells; and, for those who make a package, the manual page.
#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/manual_page.hpp"

namespace cartograph::cli {
namespace {

// Ends the parsing: a start-up file of a shell asks for its script in any folder, whatever
// configuration lies there.
[[noreturn]] void print_and_end(const std::string& text) {
  std::cout << text;
  if (!std::cout.flush()) throw Error("cannot write to the standard output");
  throw CLI::Success();
}

}  // namespace

void add_completion(CLI::App& app) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, shell] {
    const CommandHelp program = command_tree(app);
    print_and_end(*shell == "bash"  ? bash_completion(program)
                  : *shell == "zsh" ? zsh_completion(program)
                                    : fish_completion(program));
  });
}

void add_manual_page(CLI::App& app) {
  CLI::App* command = app.add_subcommand("manual-page", "Print this program's manual page (roff)");
  command->group("");  // for the build, not for users
  command->callback([&app] { print_and_end(manual_page(command_tree(app))); });
}

}  // namespace cartograph::cli
