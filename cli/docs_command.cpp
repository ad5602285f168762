// docs: the pages that are written from what the program is made of.
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "api/reference.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "runs/dictionary.hpp"
#include "runs/tables.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

// A folder of its own, which goes with the object.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / "cartograph-docs-XXXXXX") {
    std::string name = path_.string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(fmt::format("cannot make a folder in {}; set TMPDIR to one that can be written",
                              path_.parent_path().string()));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Of the schema that a first run makes, whatever the configured warehouse has.
std::string dictionary() {
  const ScratchFolder scratch;
  const auto warehouse = warehouse::open("duckdb:" + (scratch.path() / "warehouse.duckdb").string(),
                                         {.data = scratch.path()});
  const auto writer = warehouse->writer();
  writer->prepare(runs::schema("UTC"));
  return runs::data_dictionary(*writer);
}

void write(const fs::path& path, const std::string& page) {
  std::ofstream file(path, std::ios::binary);
  file << page;
  if (!file.flush())
    throw Error(fmt::format("cannot write {}; choose another --out", path.string()));
  std::cout << path.string() << '\n';
}

}  // namespace

void add_docs(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "docs", "Write the data dictionary and the API reference from what the program is made of");
  const auto out = std::make_shared<std::string>("docs");
  command->add_option("--out", *out, "Folder to write into (default docs)")->type_name("DIR");
  command->callback([&action, out] {
    action = [out](const Config&) {
      std::error_code error;
      fs::create_directories(*out, error);
      if (error) {
        throw Error(fmt::format("cannot make the folder {}: {}; choose another --out", *out,
                                error.message()));
      }
      write(fs::path(*out) / "data-dictionary.md", dictionary());
      write(fs::path(*out) / "api-reference.md", api::api_reference());
      return 0;
    };
  });
}

}  // namespace cartograph::cli
