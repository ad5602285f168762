// What a cell says may come from a file of the shop: it is written as text in either form.
#include "reports/section.hpp"

#include <fmt/format.h>

#include "base/exact_text.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

using warehouse::CellType;

// "rows_read" as a heading.
std::string heading(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

std::string shown(const warehouse::Column& column, const warehouse::Cell& cell) {
  if (!cell) return "";
  if (column.type == CellType::timestamp) {
    const auto instant = parse_instant(*cell);
    return instant ? short_text(*instant) : *cell;
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(cell->data(), cell->data() + cell->size(), number);
  const bool is_whole = read.ec == std::errc() && read.ptr == cell->data() + cell->size();
  return column.type == CellType::integer && is_whole ? count_text(number) : *cell;
}

std::string markdown_table(const warehouse::Answer& table) {
  std::string names = "|";
  std::string rule = "|";
  for (const warehouse::Column& column : table.columns) {
    names += fmt::format(" {} |", markdown_text(heading(column.name)));
    rule += answers::is_number(column.type) ? " ---: |" : " --- |";
  }
  std::string text = names + '\n' + rule + '\n';
  for (const warehouse::Row& row : table.rows) {
    text += '|';
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += fmt::format(" {} |", markdown_text(shown(table.columns[i], row[i])));
    }
    text += '\n';
  }
  return text;
}

std::string shown_table(const Section& section) {
  if (!section.is_folded) return html_table(section.table);
  const auto rows = static_cast<std::int64_t>(section.table.rows.size());
  return fmt::format("<details><summary>Table: {}</summary>\n{}</details>\n",
                     counted_text(rows, "row", "rows"), html_table(section.table));
}

}  // namespace

std::string html_table(const warehouse::Answer& table) {
  const auto place = [&](std::size_t i) {
    return answers::is_number(table.columns[i].type) ? " class=\"number\"" : "";
  };
  std::string text =
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Table\"><table>\n<thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += fmt::format("<th scope=\"col\"{}>{}</th>", place(i),
                        html_text(heading(table.columns[i].name)));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const warehouse::Row& row : table.rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += fmt::format("<td{}>{}</td>", place(i), html_text(shown(table.columns[i], row[i])));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string markdown_of(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    text += fmt::format("\n## {}\n", section.title);
    if (!section.text.empty()) text += fmt::format("\n{}\n", section.text);
    if (!section.table.rows.empty()) text += '\n' + markdown_table(section.table);
  }
  return text;
}

std::string html_of(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    text += fmt::format("<section>\n<h2>{}</h2>\n", html_text(section.title));
    if (!section.text.empty()) text += fmt::format("<p>{}</p>\n", html_text(section.text));
    if (!section.table.rows.empty()) text += shown_table(section);
    text += "</section>\n";
  }
  return text;
}

}  // namespace cartograph::reports
