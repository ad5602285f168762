// Each file is listed with its columns: what one lacks that a contract has gained since is null in
// its rows, and no file has to be opened to know that.
#include "warehouse/duckdb/staged_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "warehouse/duckdb/parquet_source.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWayOut =
    "Put it back, from a copy of the data folder, or name the data folder that has it with --data; "
    "where the warehouse is a copy that is older than its lake, cartograph rebuild --from lake "
    "lists what the lake has; where the file is lost, move the warehouse and the lake away and run "
    "again, which reads the landing folder anew";

// A night over so many files of each feed took as long as one over four of them.
constexpr std::size_t kFilesMax = 32;

struct ViewColumn {
  std::string name;
  std::string type;
};

std::vector<ViewColumn> columns_of(Connection& connection, std::string_view table) {
  std::vector<ViewColumn> columns;
  connection.for_each(
      "select column_name, data_type from information_schema.columns "
      "where table_schema = current_schema() and table_name = $1 order by ordinal_position",
      {std::string(table)}, [&](const auto&, const Row& row) {
        columns.push_back({*row[0], *row[1]});
      });
  return columns;
}

// In order of pickup, which is that of the names; earlier programs had folders by landing date.
constexpr std::string_view kInOrder = "order by regexp_extract(path, '[^/]*$'), path";

std::string path_expression(const std::string& path) {
  const std::string pattern = quote_literal(as_pattern(path));
  if (path.starts_with('/')) return pattern;
  return fmt::format("getvariable('{}') || {}", kLakeVariable, pattern);
}

// `present` are the columns of all the files, between commas.
std::string select_from(const std::vector<ViewColumn>& columns, const std::string& present,
                        const std::string& paths) {
  std::string list;
  for (const auto& [name, type] : columns) {
    const bool is_there = present.find("," + name + ",") != std::string::npos;
    list += fmt::format("{}cast({} as {}) as {}", list.empty() ? "" : ", ",
                        is_there ? name : "null", type, name);
  }
  if (paths.empty()) return fmt::format("select {} where false", list);
  return fmt::format("select {} from read_parquet([{}], hive_partitioning = false)", list, paths);
}

// A SELECT of the rows of the listed files that `condition` picks.
std::string rows_of(Connection& connection, const std::vector<ViewColumn>& columns,
                    std::string_view condition, const Parameters& parameters) {
  std::map<std::string, std::string> paths_by_columns;
  connection.for_each(
      fmt::format("select path, columns from lake_files where {} {}", condition, kInOrder),
      parameters, [&](const auto&, const Row& row) {
        std::string& paths = paths_by_columns[*row[1]];
        paths += (paths.empty() ? "" : ", ") + path_expression(*row[0]);
      });
  std::string sql;
  for (const auto& [present, paths] : paths_by_columns) {
    sql += (sql.empty() ? "" : " union all ") + select_from(columns, present, paths);
  }
  return sql.empty() ? select_from(columns, "", "") : sql;
}

// Statements that give the view `table` the comments that `table` and its columns have now.
std::string comments_of(Connection& connection, std::string_view table) {
  std::string statements;
  connection.for_each(
      "select null, comment from duckdb_views() where not internal and "
      "schema_name = current_schema() and view_name = $1 and comment is not null "
      "union all select null, comment from duckdb_tables() where not internal and "
      "schema_name = current_schema() and table_name = $1 and comment is not null "
      "union all select column_name, comment from duckdb_columns() where not internal and "
      "schema_name = current_schema() and table_name = $1 and comment is not null",
      {std::string(table)}, [&](const auto&, const Row& row) {
        statements += row[0] ? fmt::format("comment on column {}.{}", table, *row[0])
                             : fmt::format("comment on view {}", table);
        statements += fmt::format(" is {};\n", quote_literal(*row[1]));
      });
  return statements;
}

void make_view(Connection& connection, std::string_view table,
               const std::vector<ViewColumn>& columns) {
  const std::string rows =
      connection.has_table("lake_files")
          ? rows_of(connection, columns, "table_name = $1", {std::string(table)})
          : select_from(columns, "", "");
  const std::string comments = comments_of(connection, table);  // they go with what is replaced
  connection.execute(fmt::format("create or replace view {} as {};\n{}", table, rows, comments));
}

void remake_view(Connection& connection, std::string_view table) {
  make_view(connection, table, columns_of(connection, table));
}

std::string path_in(const fs::path& lake, const fs::path& file) {
  const fs::path whole = fs::absolute(file);
  const fs::path relative = whole.lexically_relative(lake);
  const bool is_below = !lake.empty() && !relative.empty() && *relative.begin() != "..";
  return is_below ? relative.string() : whole.string();
}

[[noreturn]] void throw_unwritable(const fs::path& file, const std::error_code& error) {
  throw Error(
      fmt::format("cannot write {}: {}; make the data folder writable and make room in it, or "
                  "name another one with --data",
                  file.string(), error.message()));
}

// Writes what `select` answers as `written`, which then moves to `place`.
void write_file(Connection& connection, const std::string& select, const fs::path& written,
                const fs::path& place) {
  std::error_code error;
  for (const fs::path& file : {written, place}) {
    fs::create_directories(file.parent_path(), error);
    if (error) throw_unwritable(file, error);
  }
  connection.execute(fmt::format("copy ({}) to {} ({})", select, quote_literal(written.string()),
                                 kParquetOptions));
  fs::rename(written, place, error);
  if (error) throw_unwritable(place, error);
}

// The files are named after the run that wrote them.
std::string run_of(const fs::path& file) {
  const std::string name = file.stem().string();
  const std::size_t dash = name.find('-');
  return name.substr(0, dash == std::string::npos ? dash : name.find('-', dash + 1));
}

// How many of the deliveries in staging are not the same in the files, or the other way round.
std::int64_t deliveries_that_differ(Connection& connection, std::string_view table,
                                    const std::vector<fs::path>& files) {
  constexpr std::string_view kDeliveries =
      "select source_file, ingested_at, count(*) as rows, bit_xor(hash(row_hash)) as hash from {} "
      "group by source_file, ingested_at";
  return connection
      .query(fmt::format("with a as ({}), b as ({}) select count(*) from "
                         "((from a except from b) union all (from b except from a))",
                         fmt::format(kDeliveries, table),
                         fmt::format(kDeliveries, parquet_source(files))))
      .number();
}

}  // namespace

std::vector<ListedFile> listed_files(Connection& connection, const fs::path& lake) {
  std::vector<ListedFile> files;
  if (!connection.has_table("lake_files")) return files;
  connection.for_each("select path, bytes from lake_files", {}, [&](const auto&, const Row& row) {
    files.push_back({lake / *row[0], std::stoll(*row[1])});
  });
  return files;
}

std::string fault_of(const std::vector<ListedFile>& files) {
  for (const ListedFile& file : files) {
    std::error_code error;
    const auto bytes = fs::file_size(file.path, error);
    if (!error && static_cast<std::int64_t>(bytes) == file.bytes) continue;
    const std::string what = error ? "is missing: " + error.message()
                                   : fmt::format("has {} bytes, not {}", bytes, file.bytes);
    return fmt::format("staging lies in the lake, of which the file {} {}. {}", file.path.string(),
                       what, kWayOut);
  }
  return {};
}

std::string damage_of(std::string_view words, const fs::path& lake) {
  // Files that are being written end otherwise, or lie in another folder.
  const bool is_staged_file = !lake.empty() &&
                              words.find((lake / "stg_").native()) != std::string_view::npos &&
                              words.find(".parquet.part") == std::string_view::npos;
  if (!is_staged_file) return {};
  return fmt::format("a file of the lake, in which staging lies, cannot be read: {}. {}", words,
                     kWayOut);
}

bool is_view_of_files(Connection& connection, std::string_view table) {
  return connection
             .query(
                 "select count(*) from information_schema.tables where "
                 "table_schema = current_schema() and table_name = $1 and table_type = 'VIEW'",
                 {std::string(table)})
             .number() > 0;
}

void declare_view(Connection& connection, const TableSpec& table) {
  std::vector<ViewColumn> columns;
  for (const ColumnSpec& column : table.columns) {
    columns.push_back({column.name, std::string(sql_type(column.type))});
  }
  const auto present = columns_of(connection, table.name);
  if (std::ranges::equal(present, columns, {}, &ViewColumn::name, &ViewColumn::name)) return;
  make_view(connection, table.name, columns);
}

void list_files(Connection& connection, std::string_view table, const fs::path& lake,
                const std::vector<fs::path>& files) {
  if (files.empty()) return;
  std::map<std::string, std::string> columns;
  connection.for_each(
      fmt::format("select file_name, ',' || string_agg(name, ',' order by name) || ',' "
                  "from parquet_schema({}) where num_children is null group by file_name",
                  list_of(files)),
      {}, [&](const auto&, const Row& row) { columns[*row[0]] = *row[1]; });
  std::map<std::string, std::string> rows;
  connection.for_each(
      fmt::format("select file_name, num_rows from parquet_file_metadata({})", list_of(files)), {},
      [&](const auto&, const Row& row) { rows[*row[0]] = *row[1]; });
  for (const fs::path& file : files) {
    connection.query(
        "insert into lake_files (table_name, path, rows, bytes, columns, run_id) "
        "values ($1, $2, cast($3 as bigint), cast($4 as bigint), $5, $6)",
        {std::string(table), path_in(lake, file), rows.at(file.string()),
         std::to_string(fs::file_size(file)), columns.at(file.string()), run_of(file)});
  }
  remake_view(connection, table);
}

void unlist_files(Connection& connection, std::string_view table) {
  connection.query("delete from lake_files where table_name = $1", {std::string(table)});
  remake_view(connection, table);
}

std::size_t first_to_merge(const std::vector<std::int64_t>& bytes) {
  if (bytes.size() <= kFilesMax) return bytes.size();
  std::size_t first = bytes.size() - 1;
  std::int64_t after = bytes[first];
  while (first > 0 && bytes[first - 1] <= 2 * after) after += bytes[--first];
  // What is left of too many is merged all the same, if only with its neighbour.
  return std::min(first, kFilesMax - 1);
}

std::vector<fs::path> merge_files(Connection& connection, std::string_view table,
                                  const fs::path& lake, const fs::path& written,
                                  const fs::path& into) {
  std::vector<std::string> paths;
  std::vector<std::int64_t> bytes;
  connection.for_each(
      fmt::format("select path, bytes from lake_files where table_name = $1 {}", kInOrder),
      {std::string(table)}, [&](const auto&, const Row& row) {
        paths.push_back(*row[0]);
        bytes.push_back(std::stoll(*row[1]));
      });
  const std::size_t first = first_to_merge(bytes);
  if (first == paths.size()) return {};
  std::string merged;
  std::vector<fs::path> replaced;
  for (std::size_t i = first; i < paths.size(); ++i) {
    merged += (merged.empty() ? "" : ", ") + quote_literal(paths[i]);
    replaced.push_back(lake / paths[i]);
  }
  const std::string are_merged =
      fmt::format("table_name = {} and path in ({})", quote_literal(table), merged);
  write_file(connection, rows_of(connection, columns_of(connection, table), are_merged, {}),
             written, into);
  connection.execute("delete from lake_files where " + are_merged);
  list_files(connection, table, lake, {into});
  return replaced;
}

bool take_over_table(Connection& connection, const TableSpec& table, const fs::path& lake,
                     const std::vector<fs::path>& files, const fs::path& into) {
  std::vector<fs::path> listed = files;
  const bool has_rows =
      !connection.query(fmt::format("select 1 from {} limit 1", table.name)).rows.empty();
  if (files.empty() && has_rows) {
    // One that is not whole shall not be taken for a file of the lake; the next attempt begins it
    // anew.
    write_file(connection, "from " + table.name, into.parent_path() / "staged.part", into);
    listed.push_back(into);
  } else if (!files.empty()) {
    const std::int64_t differing = deliveries_that_differ(connection, table.name, files);
    if (differing > 0) {
      throw Error(fmt::format(
          "the lake is to be {} from now on, but {} does not hold the rows of {} deliveries as the "
          "warehouse does. Move that folder away, out of the lake, and run again: what the "
          "warehouse has is then written into the lake",
          table.name, (lake / table.name).string(), differing));
    }
  }
  const std::string comments = comments_of(connection, table.name);
  connection.execute("drop table " + table.name);
  declare_view(connection, table);
  if (!comments.empty()) connection.execute(comments);
  list_files(connection, table.name, lake, listed);
  return files.empty() && has_rows;
}

}  // namespace cartograph::warehouse::duckdb
