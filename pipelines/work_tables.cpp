// Each statement of the file is "create temp table NAME (COLUMNS);", and a comment right before it
// says by which column it is spread.
#include "pipelines/work_tables.hpp"

#include <string_view>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::pipelines {
namespace {

constexpr std::string_view kSpread = "-- spread by ";
constexpr std::string_view kCreate = "create temp table ";

// What stands before `end`, which is taken off with it.
std::string_view take(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) {
    throw Error(
        "pipelines/work_tables.sql: write each table as 'create temp table NAME (COLUMNS);'");
  }
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

std::vector<warehouse::WorkTable> parse(std::string_view text) {
  std::vector<warehouse::WorkTable> tables;
  while (text.find(kCreate) != std::string_view::npos) {
    std::string_view comment = take(text, kCreate);
    warehouse::WorkTable table{take(text, " ("), take(text, ");"), {}};
    if (const std::size_t at = comment.find(kSpread); at != std::string_view::npos) {
      comment.remove_prefix(at + kSpread.size());
      table.spread_by = take(comment, "\n");
    }
    tables.push_back(table);
  }
  return tables;
}

}  // namespace

const std::vector<warehouse::WorkTable>& work_tables() {
  static const std::vector<warehouse::WorkTable> kAll = [] {
    std::vector<warehouse::WorkTable> tables;
    for (const EmbeddedFile& file : embedded_files("pipelines")) {
      for (const warehouse::WorkTable& table : parse(file.text)) tables.push_back(table);
    }
    return tables;
  }();
  return kAll;
}

}  // namespace cartograph::pipelines
