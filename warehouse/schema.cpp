// Tables come first, then functions, then migrations: these may build on both, an index on a
// function for example.
#include "warehouse/schema.hpp"

#include <fmt/format.h>

#include <set>

#include "base/embedded.hpp"
#include "warehouse/comments.hpp"
#include "warehouse/local_date.hpp"
#include "warehouse/migrations.hpp"
#include "warehouse/sql_text.hpp"
#include "warehouse/staged_lake.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {
namespace {

// The setting that says which functions are there, by their checksum.
constexpr std::string_view kFunctions = "functions";

std::string declaration(const ColumnSpec& column) {
  return fmt::format("{} {}{}", column.name, sql_type(column.type),
                     column.type == ColumnType::text ? " collate \"C\"" : "");
}

std::set<std::string> columns_of(Connection& connection, const std::string& table) {
  std::set<std::string> present;
  for (const Row& row : connection
                            .query("select column_name from information_schema.columns "
                                   "where table_schema = current_schema() and table_name = $1",
                                   {table})
                            .rows) {
    present.insert(*row[0]);
  }
  return present;
}

void create_table(Connection& connection, const TableSpec& table) {
  std::string columns;
  for (const ColumnSpec& column : table.columns) {
    columns += fmt::format("{}{}{}", columns.empty() ? "" : ", ", declaration(column),
                           column.nullable ? "" : " not null");
  }
  connection.execute(fmt::format("create table {} ({})", table.name, columns));
}

std::string with_time_zone(std::string_view sql, const std::string& seconds_east) {
  constexpr std::string_view kPlaceholder = "$seconds_east";
  std::string text(sql);
  if (const std::size_t at = text.find(kPlaceholder); at != std::string::npos) {
    text.replace(at, kPlaceholder.size(), seconds_east);
  }
  return text;
}

std::string functions_sql(const SqlFolders& folders, const FunctionSettings& settings) {
  const std::string seconds_east = seconds_east_sql(load_time_zone(settings.reporting_timezone));
  std::string sql;
  for (const std::string_view folder : folders) {
    for (const EmbeddedFile& file : embedded_files("warehouse/functions")) {
      if (file.path == fmt::format("warehouse/functions/{}.sql", folder)) {
        sql += with_time_zone(file.text, seconds_east);
      }
    }
  }
  return sql;
}

bool are_functions_made(Connection& connection, const std::string& sql) {
  if (!connection.has_table("settings")) return false;
  const Answer noted =
      connection.query("select value from settings where name = $1", {std::string(kFunctions)});
  return !noted.rows.empty() && noted.rows[0][0] == checksum(sql);
}

void note_functions(Connection& connection, const std::string& sql) {
  if (!connection.has_table("settings")) return;
  connection.query("delete from settings where name = $1", {std::string(kFunctions)});
  connection.query("insert into settings values ($1, $2)",
                   {std::string(kFunctions), checksum(sql)});
}

std::vector<std::string> names(const std::vector<Migration>& migrations) {
  std::vector<std::string> list;
  for (const Migration& migration : migrations) list.push_back(migration.full_name());
  return list;
}

}  // namespace

void create_tables(Connection& connection, const std::vector<TableSpec>& tables,
                   const std::function<void(const TableSpec&)>& made) {
  for (const TableSpec& table : tables) {
    const std::set<std::string> present = columns_of(connection, table.name);
    if (present.empty()) {
      create_table(connection, table);
    } else {
      for (const ColumnSpec& column : table.columns) {
        if (present.contains(column.name)) continue;
        connection.execute(
            fmt::format("alter table {} add column {}", table.name, declaration(column)));
      }
    }
    if (made) made(table);
  }
}

std::vector<std::string> Writer::prepare(const SchemaSpec& spec) {
  if (StagedLake* lake = staged_lake(*this)) {
    lake->make_tables(spec.tables);
  } else {
    create_tables(*this, spec.tables, [this](const TableSpec& table) { table_made(table); });
  }
  // Those that are there belong to the days that are there: a run replaces both at once.
  const bool is_new = !has_table("schema_migrations");
  const std::string functions = functions_sql(sql_folders(), spec.functions);
  if (is_new) execute_each(*this, functions);
  auto applied = names(migrate(*this, sql_folders()));
  if (is_new) note_functions(*this, functions);
  for (std::string& made : schema_made(spec)) applied.push_back(std::move(made));
  write_comments(*this, comments_sql(), spec.comments);
  return applied;
}

// A cluster makes no function in a transaction that has written to several nodes at once, and does
// one thing at a time in one that has made one: what is there is left alone.
void Writer::create_functions(const FunctionSettings& settings) {
  const std::string functions = functions_sql(sql_folders(), settings);
  if (are_functions_made(*this, functions)) return;
  execute_each(*this, functions);
  note_functions(*this, functions);
}

std::vector<std::string> Warehouse::pending() {
  auto pending =
      names(exists() ? pending_migrations(*reader(), sql_folders()) : migrations(sql_folders()));
  for (std::string& beside : pending_beside()) pending.push_back(std::move(beside));
  return pending;
}

}  // namespace cartograph::warehouse
