// Writers of tables, CSV and JSON.
#include "cli/table.hpp"

#include <algorithm>

#include "contracts/csv_writer.hpp"
#include "contracts/value.hpp"

namespace cartograph::cli {
namespace {

using warehouse::CellType;

bool is_number(CellType type) {
  return type == CellType::integer || type == CellType::decimal || type == CellType::real;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void print_table(std::ostream& out, const warehouse::Answer& answer) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < answer.columns.size(); ++i) {
    std::size_t width = contracts::count_characters(answer.columns[i].name);
    for (const auto& row : answer.rows) {
      if (row[i]) width = std::max(width, contracts::count_characters(*row[i]));
    }
    widths.push_back(width);
  }
  const auto cell = [&](std::size_t i, std::string_view text, bool right) {
    const std::string pad(widths[i] - contracts::count_characters(text), ' ');
    out << (i == 0 ? "" : "  ") << (right ? pad : "") << text;
    if (!right && i + 1 < widths.size()) out << pad;
  };
  for (std::size_t i = 0; i < widths.size(); ++i) {
    cell(i, answer.columns[i].name, is_number(answer.columns[i].type));
  }
  out << '\n';
  for (std::size_t i = 0; i < widths.size(); ++i) {
    out << (i == 0 ? "" : "  ") << std::string(widths[i], '-');
  }
  out << '\n';
  for (const auto& row : answer.rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      cell(i, row[i].value_or(""), is_number(answer.columns[i].type));
    }
    out << '\n';
  }
}

}  // namespace

void RowPrinter::header(const std::vector<warehouse::Column>& columns) {
  any_ = true;
  if (format_ == OutputFormat::json) {
    out_ << "[";
    return;
  }
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += ',';
    contracts::append_csv_value(line, columns[i].name);
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
      if (row[i]) contracts::append_csv_value(line, *row[i]);
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

}  // namespace cartograph::cli
