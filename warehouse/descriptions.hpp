// What the tables and views of the migrations hold, in words: the files of warehouse/tables, which
// are part of the program. Data dictionary and comments are made of them. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warehouse/schema.hpp"

namespace cartograph::warehouse {

struct ColumnDescription {
  std::string name;
  std::string about;  // what a value is, as a sentence
};

struct TableDescription {
  std::string name;
  std::string chapter;  // the file, "facts"
  std::string grain;    // what one row stands for; empty where the model that fills it says so
  ColumnNames key;
  std::string columns_of;  // the table whose columns these are; empty where it has its own
  std::vector<ColumnDescription> columns;
};

/// All of them, by chapter, and as they stand in its file. Throws Error where a file is wrong.
const std::vector<TableDescription>& table_descriptions();

/// Those of one file. Throws Error naming the file and line of what is wrong.
std::vector<TableDescription> parse_descriptions(std::string_view path, std::string_view text);

}  // namespace cartograph::warehouse
