// The program: reads the command line and the configuration, and runs one command.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/nearest.hpp"
#include "cli/commands.hpp"
#include "cli/version.hpp"

namespace cartograph::cli {
namespace {

// The options of all commands, by configuration key.
struct GlobalOptions {
  std::string config_file;
  std::string landing, data, warehouse, threads, memory, log_format;
  bool quiet = false;

  // Those that were given; an option without a value was refused before.
  std::map<std::string, std::string> given() const {
    std::map<std::string, std::string> options;
    const auto add = [&](const char* key, const std::string& value) {
      if (!value.empty()) options[key] = value;
    };
    add("landing", landing);
    add("data", data);
    add("warehouse", warehouse);
    add("threads", threads);
    add("memory", memory);
    add("log_format", log_format);
    if (quiet) options["quiet"] = "true";
    return options;
  }
};

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("--config", options.config_file, "Configuration file (default ./cartograph.toml)")
      ->type_name("FILE");
  app.add_option("--landing", options.landing, "Folder where files land (default landing)")
      ->type_name("DIR");
  app.add_option("--data", options.data,
                 "Folder of the lake, the embedded warehouse and rejects (default data)")
      ->type_name("DIR");
  app.add_option("--warehouse", options.warehouse,
                 "Warehouse URL (default duckdb:DATA/warehouse.duckdb)")
      ->type_name("URL");
  app.add_option("--threads", options.threads, "How many threads work (default all)")
      ->type_name("N");
  app.add_option("--memory", options.memory,
                 "What an engine in this process may use, such as 4 GiB (default 60 % of the "
                 "machine's, at most 1.5 GiB or 128 MiB a thread)")
      ->type_name("SIZE");
  app.add_option("--log-format", options.log_format, "Messages as text or json (default text)")
      ->type_name("{text,json}");
  app.add_flag("--quiet", options.quiet, "Warnings and errors only");
}

// The value of an unset variable is a mistake, and not the default.
[[noreturn]] void refuse_empty(const std::string& option) {
  throw UsageError(
      fmt::format("{}: the value is empty; leave the option out or give it one", option));
}

// To the parser the value of "--data= run" would be the command.
void expect_no_cut_option(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      refuse_empty(std::string(word.substr(0, word.size() - 1)));
    }
  }
}

void expect_no_empty_value(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.empty()) refuse_empty(option->get_name());
    }
  }
  for (const CLI::App* chosen : command.get_subcommands()) expect_no_empty_value(*chosen);
}

// Landed files are read through a memory map. One that becomes shorter meanwhile ends the process
// here, in the middle of whatever it did; the next run settles that as it does after a kill.
extern "C" void end_at_bus_error(int) {
  constexpr std::string_view kMessage =
      "error: ended by a bus error, as when a landed file is cut short while it is read; the next "
      "run starts cleanly. Write files under a name that ends in .part, and rename them when they "
      "are whole\n";
  if (::write(STDERR_FILENO, kMessage.data(), kMessage.size()) < 0) ::_exit(1);
  ::_exit(1);
}

void add_commands(CLI::App& app, Action& action) {
  add_generate(app, action);
  add_import(app, action);
  add_jobs(app, action);
  add_schedule(app, action);
  add_prune(app, action);
  add_run(app, action);
  add_rebuild(app, action);
  add_check(app, action);
  add_status(app, action);
  add_explain(app, action);
  add_quarantine(app, action);
  add_query(app, action);
  add_migrate(app, action);
  add_report(app, action);
  add_watch(app, action);
  add_serve(app, action);
  add_key(app, action);
  add_docs(app, action);
  add_completion(app);
  add_manual_page(app);
  for (CLI::App* command : app.get_subcommands({})) {
    command->footer(
        "Options of all commands (--config, --landing, --data, --warehouse, --threads, "
        "--memory, --log-format, --quiet): cartograph --help");
  }
}

// Returns the exit status where the command line is all there is to do, as for --help.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    // A command that there is not reads to the parser as one that is missing.
    const auto words = app.remaining();
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
        !words.empty() && app.get_subcommands().empty()) {
      std::vector<std::string> known;
      for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
      throw UsageError(fmt::format("there is no command '{}'; the nearest one is {}", words[0],
                                   nearest(words[0], known)));
    }
    return app.exit(error, std::cout, std::cerr) == 0 ? 0 : 2;
  }
}

int run(int argc, char** argv) {
  CLI::App app(
      "Cartograph turns an online store's exported files into daily numbers that finance "
      "and operations can trust.",
      "cartograph");
  app.set_version_flag("--version", version_text, "Print the version, and those of what it holds");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Exit status: 0 done; 1 failed, nothing was changed; 2 wrong usage or configuration; "
      "3 another run holds the warehouse; 4 it is not known whether the run was published.");
  GlobalOptions options;
  add_global_options(app, options);

  expect_no_cut_option(argc, argv);
  Action action;
  add_commands(app, action);
  if (const auto status = parse(app, argc, argv)) return *status;
  expect_no_empty_value(app);
  // What is wrong with the configuration is said in the form that was asked for, if it was asked
  // here.
  log::configure(options.log_format == "json" ? log::Format::json : log::Format::text,
                 options.quiet);
  const Config config = load_config(options.config_file.empty()
                                        ? std::nullopt
                                        : std::optional<std::filesystem::path>(options.config_file),
                                    environment_variables(), options.given());
  log::configure(config.log_format == "json" ? log::Format::json : log::Format::text, config.quiet);
  const int status = action(config);
  if (!std::cout.flush()) {
    throw Error("cannot write to the standard output; what was written there is not whole");
  }
  return status;
}

}  // namespace
}  // namespace cartograph::cli

int main(int argc, char** argv) {
  // A file-size limit shall be an error that is reported, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGBUS, cartograph::cli::end_at_bus_error);
  try {
    return cartograph::cli::run(argc, argv);
  } catch (const std::exception& error) {
    cartograph::log::error(error.what());
    return cartograph::exit_status(error);
  }
}
