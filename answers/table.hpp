// Answers of the warehouse as text: an aligned table for people, CSV and JSON for programs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "answers/fields.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::answers {

enum class OutputFormat { table, csv, json };

/// "1 row", "2 rows".
std::string counted(std::int64_t number, std::string_view noun);

/// Whether a table aligns such cells to the right.
bool is_number(warehouse::CellType type);

/// Writes `answer` to `out`. A table aligns numbers to the right, shows null as nothing and
/// instants without decimals that say nothing.
void print(std::ostream& out, const warehouse::Answer& answer, OutputFormat format);

/// Writes rows as they come, CSV or JSON (one array of objects).
class RowPrinter {
 public:
  RowPrinter(std::ostream& out, OutputFormat format) : out_(out), format_(format) {}
  void row(const std::vector<warehouse::Column>& columns, const warehouse::Row& row);
  void finish(const std::vector<warehouse::Column>& columns);

 private:
  void header(const std::vector<warehouse::Column>& columns);
  std::ostream& out_;
  OutputFormat format_;
  bool any_ = false;
};

/// Rows of values as an answer of text cells: all columns, or the `chosen` ones in that order.
template <Described Row>
warehouse::Answer as_answer(const std::vector<Row>& rows,
                            const std::vector<std::string_view>& chosen = {}) {
  warehouse::Answer answer;
  answer.rows.resize(rows.size());
  const auto add = [&]<class Type>(std::string_view name, Type Row::*member) {
    answer.columns.push_back(
        {std::string(name), ValueTraits<typename Optional<Type>::Inner>::kCell});
    for (std::size_t i = 0; i < rows.size(); ++i)
      answer.rows[i].push_back(to_cell(rows[i].*member));
  };
  if (chosen.empty()) for_each_member<Row>(add);
  for (const std::string_view wanted : chosen) {
    for_each_member<Row>([&](std::string_view name, auto member) {
      if (name == wanted) add(name, member);
    });
  }
  return answer;
}

/// Prints an empty line, `heading` and the rows as a table, or `if_empty` where there are none.
template <Described Row>
void print_section(std::ostream& out, std::string_view heading, const std::vector<Row>& rows,
                   std::string_view if_empty, const std::vector<std::string_view>& chosen = {}) {
  out << '\n' << heading << '\n';
  if (rows.empty()) {
    out << if_empty << '\n';
  } else {
    print(out, as_answer(rows, chosen), OutputFormat::table);
  }
}

}  // namespace cartograph::answers
