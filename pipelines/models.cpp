// Models are embedded files; they run as they stand.
#include "pipelines/models.hpp"

#include <fmt/format.h>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::pipelines {

std::vector<Model> models() {
  std::vector<Model> list;
  for (const EmbeddedFile& file : embedded_files("pipelines/models")) {
    std::string_view name = file.path.substr(file.path.rfind('/') + 1);
    name.remove_suffix(std::string_view(".sql").size());
    list.push_back({name, file.text});
  }
  return list;
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
  const auto tables = connection.query(
      "select table_name from information_schema.tables "
      "where table_schema = current_schema() and table_type = 'BASE TABLE' "
      "and (table_name like 'dim\\_%' escape '\\' or table_name like 'fct\\_%' escape '\\' "
      "or table_name like 'int\\_%' escape '\\') order by table_name");
  for (const auto& row : tables.rows) connection.execute(fmt::format("delete from {}", *row[0]));
}

void run_models(
    warehouse::Connection& connection,
    const std::function<void(std::string_view, const std::function<std::int64_t()>&)>& step) {
  for (const Model& model : models()) {
    step(model.name, [&] {
      try {
        return connection.execute(model.sql);
      } catch (const TransientError&) {
        throw;
      } catch (const Error& error) {
        throw Error(fmt::format("the model {} failed: {}", model.name, error.what()));
      }
    });
  }
}

}  // namespace cartograph::pipelines
