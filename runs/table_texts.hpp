// What each table of a warehouse holds, in words, whoever says so: the contracts of staging tables,
// the heads of models, and the descriptions beside the migrations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/feed.hpp"
#include "pipelines/models.hpp"
#include "warehouse/descriptions.hpp"

namespace cartograph::runs {

struct TableText {
  std::string name;
  std::string chapter;  // staging, or the file of warehouse/tables that describes it
  std::string grain;    // "an order": what one row is
  warehouse::ColumnNames key;
  std::vector<warehouse::ColumnDescription> columns;
  const contracts::Feed* feed = nullptr;  // of a staging table
  std::optional<pipelines::Model> model;  // that fills it
};

/// All of them, by chapter. Throws Error naming a table of which nobody says, or two say, what one
/// row is, and one whose columns stand nowhere.
std::vector<TableText> table_texts();

/// The same as an engine keeps it.
std::vector<warehouse::Comment> comments();

}  // namespace cartograph::runs
