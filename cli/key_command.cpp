// key: adds, lists and revokes keys of the API.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "api/endpoint.hpp"
#include "api/keys.hpp"
#include "base/error.hpp"
#include "base/nearest.hpp"
#include "cli/commands.hpp"

namespace cartograph::cli {
namespace {

// A path of the API as its routes spell it, without /v1.
std::string export_path(std::string path) {
  if (path.empty()) return path;
  if (path.starts_with("/v1/")) path.erase(0, 3);
  std::vector<std::string> known;
  for (const api::Endpoint& endpoint : api::endpoints()) {
    if (!endpoint.is_list) continue;
    for (const std::string& concrete : api::concrete_paths(endpoint)) known.push_back(concrete);
  }
  if (std::ranges::find(known, path) != known.end()) return path;
  throw UsageError(fmt::format("--export: there is no path {} with CSV; the nearest one is {}",
                               path, nearest(path, known)));
}

int add(const Config& config, const std::string& name, const std::string& path) {
  const api::KeyFile file(config.data);
  const std::string text = api::KeyFile(config.data).add(name, export_path(path));
  std::cerr << "This key is shown once; only a hash of it is kept in " << file.path().string()
            << "\n";
  std::cout << text << '\n';
  return 0;
}

int list(const Config& config) {
  for (const api::Key& key : api::KeyFile(config.data).list()) {
    std::cout << fmt::format("{}  since {}  {}\n", key.name, key.created_at.substr(0, 10),
                             key.export_path.empty() ? "everything" : key.export_path + " as CSV");
  }
  return 0;
}

}  // namespace

void add_key(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("key", "Keys of the API: add, list, revoke");
  command->require_subcommand(1);
  struct Given {
    std::string name;
    std::string path;
  };
  const auto given = std::make_shared<Given>();

  CLI::App* adding = command->add_subcommand("add", "Make a key and show it, once");
  adding->add_option("NAME", given->name, "What to call it")->required();
  adding->add_option("--export", given->path,
                     "A key that reads this path as CSV and nothing else, and may stand in a URL");
  adding->callback([&action, given] {
    action = [given](const Config& config) { return add(config, given->name, given->path); };
  });

  command->add_subcommand("list", "Their names, never the keys")->callback([&action] {
    action = list;
  });

  CLI::App* revoking = command->add_subcommand("revoke", "Make a key useless");
  revoking->add_option("NAME", given->name, "Which key")->required();
  revoking->callback([&action, given] {
    action = [given](const Config& config) {
      api::KeyFile(config.data).revoke(given->name);
      return 0;
    };
  });
}

}  // namespace cartograph::cli
