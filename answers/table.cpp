// Writers of tables, CSV and JSON.
#include "answers/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/csv_text.hpp"
#include "base/exact_text.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"

namespace cartograph::answers {
namespace {

using warehouse::CellType;

// A table is for people: instants without decimals that say nothing.
warehouse::Cell shown(const warehouse::Column& column, const warehouse::Cell& cell) {
  if (!cell || column.type != CellType::timestamp) return cell;
  const auto instant = parse_instant(*cell);
  return instant ? short_text(*instant) : cell;
}

void print_table(std::ostream& out, const warehouse::Answer& answer) {
  std::vector<std::vector<std::string>> lines(1);
  for (const warehouse::Column& column : answer.columns) lines[0].push_back(column.name);
  for (const warehouse::Row& row : answer.rows) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.push_back(shown(answer.columns[i], row[i]).value_or(""));
    }
  }
  std::vector<std::size_t> widths(answer.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], count_characters(line[i]));
    }
  }
  std::vector<std::string> rule;
  for (const std::size_t width : widths) rule.emplace_back(width, '-');
  lines.insert(lines.begin() + 1, std::move(rule));
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool is_last = i + 1 == line.size();
      const bool right = is_number(answer.columns[i].type);
      const std::string pad(widths[i] - count_characters(line[i]), ' ');
      out << (i == 0 ? "" : "  ") << (right ? pad : "") << line[i];
      if (!right && !is_last) out << pad;
    }
    out << '\n';
  }
}

}  // namespace

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

bool is_number(CellType type) {
  return type == CellType::integer || type == CellType::decimal || type == CellType::real;
}

void RowPrinter::header(const std::vector<warehouse::Column>& columns) {
  any_ = true;
  if (format_ == OutputFormat::json) {
    out_ << "[";
    return;
  }
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += ',';
    append_csv_value(line, columns[i].name);
  }
  out_ << line << '\n';
}

void RowPrinter::row(const std::vector<warehouse::Column>& columns, const warehouse::Row& row) {
  const bool first = !any_;
  if (first) header(columns);
  std::string line;
  if (format_ == OutputFormat::csv) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += ',';
      if (row[i]) append_csv_value(line, *row[i]);
    }
    // A lone null would read as a blank line.
    if (line.empty()) line = "\"\"";
    out_ << line << '\n';
    return;
  }
  line = first ? "\n  {" : ",\n  {";
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += (i > 0 ? ", " : "") + json_text(columns[i].name) + ": ";
    const bool finite = row[i] && (columns[i].type != CellType::real ||
                                   row[i]->find_first_of("ni") == std::string::npos);
    if (!row[i] || !finite) {
      line += "null";
    } else if (is_number(columns[i].type) || columns[i].type == CellType::boolean) {
      line += *row[i];
    } else {
      line += json_text(*row[i]);
    }
  }
  out_ << line << '}';
}

void RowPrinter::finish(const std::vector<warehouse::Column>& columns) {
  if (!any_) header(columns);
  if (format_ == OutputFormat::json) out_ << "\n]\n";
}

void print(std::ostream& out, const warehouse::Answer& answer, OutputFormat format) {
  if (format == OutputFormat::table) {
    print_table(out, answer);
    return;
  }
  RowPrinter printer(out, format);
  for (const auto& row : answer.rows) printer.row(answer.columns, row);
  printer.finish(answer.columns);
}

}  // namespace cartograph::answers
