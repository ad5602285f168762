// Nothing is said here: it is only put together.
#include "runs/table_texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "ingestion/staging.hpp"

namespace cartograph::runs {
namespace {

void add_staging(std::vector<TableText>& texts) {
  for (const warehouse::TableSpec& table : ingestion::staging_tables()) {
    TableText text{table.name, "staging", table.grain, table.key, {}, nullptr, {}};
    for (const ColumnSpec& column : table.columns) {
      text.columns.push_back({column.name, column.about});
    }
    const auto& feeds = contracts::feeds();
    text.feed = &*std::ranges::find(feeds, table.name, &contracts::Feed::staging_table);
    texts.push_back(std::move(text));
  }
}

std::string grain_of(const warehouse::TableDescription& table,
                     const std::optional<pipelines::Model>& model) {
  if (table.grain.empty() == !model.has_value()) {
    throw Error(fmt::format(
        "what one row of {} is {}; the head of the model that fills a table says so, of others "
        "`grain` in warehouse/tables/{}.toml",
        table.name, model ? "is said twice" : "is said nowhere", table.chapter));
  }
  return model ? std::string(model->grain) : table.grain;
}

std::vector<warehouse::ColumnDescription> columns_of(const warehouse::TableDescription& table,
                                                     const std::vector<TableText>& texts) {
  if (table.columns_of.empty()) return table.columns;
  const auto other = std::ranges::find(texts, table.columns_of, &TableText::name);
  if (other == texts.end() || !table.columns.empty()) {
    throw Error(
        fmt::format("warehouse/tables/{}.toml: {}: columns_of names a table above it or in an "
                    "earlier file, and columns then has none",
                    table.chapter, table.name));
  }
  return other->columns;
}

}  // namespace

std::vector<TableText> table_texts() {
  std::vector<TableText> texts;
  add_staging(texts);
  const auto models = pipelines::models();
  for (const warehouse::TableDescription& table : warehouse::table_descriptions()) {
    const auto found = std::ranges::find(models, table.name, &pipelines::Model::fills);
    const auto model = found == models.end() ? std::nullopt : std::optional(*found);
    texts.push_back({table.name, table.chapter, grain_of(table, model), table.key,
                     columns_of(table, texts), nullptr, model});
  }
  return texts;
}

std::vector<warehouse::Comment> comments() {
  std::vector<warehouse::Comment> list;
  for (const TableText& table : table_texts()) {
    list.push_back({table.name, "", fmt::format("One row is {}.", table.grain)});
    for (const auto& column : table.columns) {
      list.push_back({table.name, column.name, column.about});
    }
  }
  return list;
}

}  // namespace cartograph::runs
