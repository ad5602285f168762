// Tables and types are asked of the schema that the migrations make; words come from table_texts().
#include "runs/dictionary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "base/markdown_text.hpp"
#include "quality/checks.hpp"
#include "runs/table_texts.hpp"

namespace cartograph::runs {
namespace {

struct StoredColumn {
  std::string name;
  std::string type;
};
using Columns = std::vector<StoredColumn>;

constexpr std::string_view kHead =
    "# Data dictionary\n\n"
    "Every table and column of a warehouse, the same on every engine where nothing else is said. "
    "`cartograph docs` writes this page from the contracts, the schema, the heads of the models "
    "and the descriptions beside the "
    "migrations: change it there. On PostgreSQL and DuckDB the same sentences are comments of the "
    "tables and columns, which many tools show.\n\n"
    "Amounts (`numeric(18,2)`) are exact and in the reporting currency; instants (`timestamptz`) "
    "are in UTC; days (`date`) are calendar days in the reporting time zone; ratios (`double "
    "precision`) are unrounded, and null where the divisor is 0. What the figures mean is in "
    "[business-rules.md](business-rules.md), how to read the tables in "
    "[warehouse.md](warehouse.md).\n";

struct Chapter {
  std::string_view name;
  std::string_view title;
  std::string_view about;
};

constexpr Chapter kChapters[] = {
    {"staging", "Staging",
     "Every accepted row in all its deliveries, never updated. Of the rows with one key the latest "
     "counts: greatest `ingested_at`, then greatest `source_line`. The same rows lie as Parquet in "
     "the lake."},
    {"dimensions", "Dimensions", "What facts are about."},
    {"facts", "Facts", "What happened."},
    {"views", "Views", "Staged rows that found no place."},
    {"operations", "Operations", "What ran, what it loaded and rejected, what the checks said."},
    {"inside", "Inside", "What only models and checks read. These may change with any version."},
};

// As the migrations write them.
std::string type_name(const std::string& stored) {
  static const std::map<std::string, std::string> kNames = {
      {"VARCHAR", "text"},
      {"DOUBLE", "double precision"},
      {"BIGINT", "bigint"},
      {"INTEGER", "integer"},
      {"BOOLEAN", "boolean"},
      {"DATE", "date"},
      {"UUID", "uuid"},
      {"TIMESTAMP WITH TIME ZONE", "timestamptz"},
      {"DECIMAL(18,2)", "numeric(18,2)"}};
  const auto found = kNames.find(stored);
  if (found == kNames.end()) throw Error(fmt::format("no column has the type {}", stored));
  return found->second;
}

std::map<std::string, Columns> stored_tables(warehouse::Connection& connection) {
  std::map<std::string, Columns> tables;
  connection.for_each(
      "select table_name, column_name, data_type from information_schema.columns "
      "where table_schema = current_schema() order by table_name, ordinal_position",
      {}, [&](const auto&, const warehouse::Row& row) {
        tables[*row[0]].push_back({*row[1], type_name(*row[2])});
      });
  return tables;
}

// The sentence on a column; empty where there is none.
std::string about(const TableText& table, const std::string& column) {
  const auto found = std::ranges::find(table.columns, column, &warehouse::ColumnDescription::name);
  return found == table.columns.end() ? std::string() : found->about;
}

void expect_all_described(const std::map<std::string, Columns>& stored,
                          const std::vector<TableText>& texts) {
  constexpr std::string_view kPlaces = "warehouse/tables, or of a feed into its contract";
  for (const auto& [name, columns] : stored) {
    const auto text = std::ranges::find(texts, name, &TableText::name);
    if (text == texts.end()) {
      throw Error(
          fmt::format("the table {} is described nowhere; write it into {}", name, kPlaces));
    }
    for (const StoredColumn& column : columns) {
      if (about(*text, column.name).empty()) {
        throw Error(fmt::format("the column {}.{} is described nowhere; write a sentence into {}",
                                name, column.name, kPlaces));
      }
    }
  }
  for (const TableText& text : texts) {
    const auto table = stored.find(text.name);
    for (const warehouse::ColumnDescription& column : text.columns) {
      if (table == stored.end() || std::ranges::find(table->second, column.name,
                                                     &StoredColumn::name) == table->second.end()) {
        throw Error(fmt::format("{}.{} is described in warehouse/tables and not there; take it out",
                                text.name, column.name));
      }
    }
  }
}

// What a row of the feed has to hold in this column to be accepted.
std::string accepted(const contracts::Feed& feed, const std::string& column) {
  const auto field = std::ranges::find(feed.fields, column, &contracts::FieldInfo::name);
  if (field == feed.fields.end()) return "–";
  std::string text(field->type_name);
  if (!field->allowed.empty()) text += ": " + field->allowed;
  if (field->required) text += "; required";
  if (field->column_may_be_missing) text += "; the column may be missing";
  return text;
}

std::string checks_of(const std::string& table) {
  std::vector<std::string> names;
  for (const quality::Check& check : quality::checks()) {
    if (check.table == table) names.push_back(fmt::format("`{}`", check.name));
  }
  return names.empty() ? "" : fmt::format(" Checks: {}.", fmt::join(names, ", "));
}

std::string table_section(const TableText& table, const Columns& stored) {
  std::string page = fmt::format("\n### {}\n\nOne row is {}. Key: `{}`.", table.name, table.grain,
                                 fmt::join(table.key, "`, `"));
  if (table.model) {
    page += fmt::format(" Filled by the model `{}`, which reads {} and decides: {}.",
                        table.model->name, table.model->reads, table.model->decides);
  }
  page += checks_of(table.name) + "\n\n";
  page += table.feed ? "| column | type | accepted | |\n| --- | --- | --- | --- |\n"
                     : "| column | type | |\n| --- | --- | --- |\n";
  for (const StoredColumn& column : stored) {
    page += fmt::format("| `{}` | {} | {}{} |\n", column.name, column.type,
                        table.feed ? accepted(*table.feed, column.name) + " | " : "",
                        markdown_cell(about(table, column.name)));
  }
  return page;
}

std::string checks_section() {
  std::string page =
      "\n## Checks\n\nWhat has to hold on the state that is about to be published. An `error` "
      "keeps "
      "a run from being published, a `warning` is shown with it.\n\n"
      "| check | table | severity | |\n| --- | --- | --- | --- |\n";
  for (const quality::Check& check : quality::checks()) {
    page += fmt::format("| `{}` | `{}` | {} | {} |\n", check.name, check.table,
                        name(check.severity), markdown_cell(check.expects));
  }
  return page;
}

}  // namespace

std::string data_dictionary(warehouse::Connection& connection) {
  const auto stored = stored_tables(connection);
  const auto texts = table_texts();
  expect_all_described(stored, texts);
  std::string page(kHead);
  std::string sections;
  page += "\n| table | one row is |\n| --- | --- |\n";
  for (const Chapter& chapter : kChapters) {
    sections += fmt::format("\n## {}\n\n{}\n", chapter.title, chapter.about);
    for (const TableText& table : texts) {
      if (table.chapter != chapter.name) continue;
      page += fmt::format("| [{0}](#{0}) | {1} |\n", table.name, markdown_cell(table.grain));
      sections += table_section(table, stored.at(table.name));
    }
  }
  return page + sections + checks_section();
}

}  // namespace cartograph::runs
