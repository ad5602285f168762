// What a warehouse's schema is made from beside the SQL files of warehouse/: the tables that the
// rooms above declare, and what the SQL functions depend on. Bringing a schema up to date is
// Writer::prepare.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/row_batch.hpp"

namespace cartograph::warehouse {

class Connection;

using ColumnNames = std::vector<std::string>;

/// What an engine keeps with a table or view, or with one column of it, for tools to show.
struct Comment {
  std::string table;
  std::string column;  // empty: the table's own
  std::string text;
};

/// A table that a room above declares. Text compares by its bytes.
struct TableSpec {
  std::string name;
  Schema columns;
  ColumnNames key;                   // what a thing's rows are found by; may repeat
  std::vector<ColumnNames> indexes;  // what else rows are found by, where the engine has indexes
  std::string grain = {};            // what one row stands for
};

/// What the functions that models call depend on.
struct FunctionSettings {
  std::string reporting_timezone = "UTC";
};

struct SchemaSpec {
  std::vector<TableSpec> tables;  // made before the migrations, which may build on them
  FunctionSettings functions;
  std::vector<std::string> filled;  // of the migrations' tables, those that a run fills
  std::vector<Comment> comments;    // what tools are shown of tables and columns
};

/// Makes the tables that are missing and adds the columns that they have gained, null in the rows
/// that are there; `made` is called for each table, new or not, once it has all its columns.
void create_tables(Connection& connection, const std::vector<TableSpec>& tables,
                   const std::function<void(const TableSpec&)>& made = {});

}  // namespace cartograph::warehouse
