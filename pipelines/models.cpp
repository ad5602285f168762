// Models are embedded files; they run as they stand.
#include "pipelines/models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/rethrow.hpp"

namespace cartograph::pipelines {

namespace {

constexpr std::string_view kFills = "-- fills: ";

Model parse(const EmbeddedFile& file, bool is_marking) {
  Model model{file.path.substr(file.path.rfind('/') + 1), file.text, {}};
  model.name.remove_suffix(std::string_view(".sql").size());
  if (is_marking) return model;
  if (!file.text.starts_with(kFills)) {
    throw Error(fmt::format("the model {} does not say which table it fills", model.name));
  }
  model.fills = file.text.substr(kFills.size(), file.text.find('\n') - kFills.size());
  return model;
}

}  // namespace

std::vector<Model> models() {
  std::vector<Model> list;
  for (const auto& file : embedded_files("pipelines/changes")) list.push_back(parse(file, true));
  for (const auto& file : embedded_files("pipelines/models")) list.push_back(parse(file, false));
  std::sort(list.begin(), list.end(),
            [](const Model& a, const Model& b) { return a.name < b.name; });
  return list;
}

std::vector<std::string_view> filled_tables() {
  std::vector<std::string_view> tables;
  for (const Model& model : models()) {
    if (!model.fills.empty()) tables.push_back(model.fills);
  }
  return tables;
}

void create_scope(warehouse::Connection& connection, const Scope& scope) {
  connection.execute("drop table if exists run_scope");
  connection.execute(
      "create temp table run_scope (run_id text, ingested_after timestamp with time zone)");
  connection.execute(fmt::format("insert into run_scope values ({}, timestamp with time zone {})",
                                 warehouse::quote_literal(scope.run_id),
                                 warehouse::quote_literal(to_string(scope.ingested_after))));
}

void clear_derived_tables(warehouse::Connection& connection) {
  for (const std::string_view table : filled_tables()) {
    connection.execute(fmt::format("delete from {}", table));
  }
}

void run_models(
    warehouse::Connection& connection,
    const std::function<void(std::string_view, const std::function<std::int64_t()>&)>& step) {
  for (const Model& model : models()) {
    step(model.name, [&] {
      try {
        return connection.execute(model.sql);
      } catch (const Error& error) {
        throw_as(error, fmt::format("the model {} failed: {}", model.name, error.what()));
      }
    });
  }
}

}  // namespace cartograph::pipelines
