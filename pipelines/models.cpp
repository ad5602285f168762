// Models are embedded files; they run as they stand.
#include "pipelines/models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/rethrow.hpp"

namespace cartograph::pipelines {

namespace {

// The next line of a head, "-- field: text": the text.
std::string_view head_line(std::string_view model, std::string_view field, std::string_view& rest) {
  const std::string begin = fmt::format("-- {}: ", field);
  const std::size_t end = rest.find('\n');
  if (!rest.starts_with(begin) || end == std::string_view::npos) {
    throw Error(fmt::format(
        "the head of the model {} lacks '-- {}: …'; it is four lines: fills or makes, grain, "
        "reads, decides",
        model, field));
  }
  const std::string_view text = rest.substr(begin.size(), end - begin.size());
  rest.remove_prefix(end + 1);
  return text;
}

Model parse(const EmbeddedFile& file, bool is_marking) {
  Model model{file.path.substr(file.path.rfind('/') + 1), file.text, {}, {}, {}, {}};
  model.name.remove_suffix(std::string_view(".sql").size());
  std::string_view rest = file.text;
  const std::string_view first = head_line(model.name, is_marking ? "makes" : "fills", rest);
  if (!is_marking) model.fills = first;
  model.grain = head_line(model.name, "grain", rest);
  model.reads = head_line(model.name, "reads", rest);
  model.decides = head_line(model.name, "decides", rest);
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
