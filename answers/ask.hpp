// Asks a warehouse: runs a row type's SQL file and gives its rows. Columns are taken by name; one
// that is missing, too many, of another type, or null where the row cannot hold it is our bug, and
// an Error that names it. As thread-safe as the connection.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "answers/fields.hpp"
#include "base/error.hpp"

namespace cartograph::answers {

/// Makes rows of what a connection gives.
template <Asked Row>
class RowReader {
 public:
  explicit RowReader(const std::vector<warehouse::Column>& columns) {
    for_each_member<Row>([&]<class Type>(std::string_view name, Type Row::*) {
      const auto found = std::ranges::find(columns, name, &warehouse::Column::name);
      if (found == columns.end()) refuse(name, "is missing");
      if (found->type != ValueTraits<typename Optional<Type>::Inner>::kCell) {
        refuse(name, "is of another type than the row's");
      }
      places_.push_back(static_cast<std::size_t>(found - columns.begin()));
    });
    if (columns.size() > places_.size()) refuse("", "has more columns than the row");
  }

  Row read(const warehouse::Row& cells) const {
    Row row{};
    auto place = places_.begin();
    for_each_member<Row>([&]<class Type>(std::string_view name, Type Row::*member) {
      const warehouse::Cell& cell = cells[*place++];
      if (!cell) {
        if (!Optional<Type>::kIs) refuse(name, "is null");
        return;
      }
      auto value = ValueTraits<typename Optional<Type>::Inner>::read(*cell);
      if (!value) refuse(name, fmt::format("holds '{}'", *cell));
      row.*member = std::move(*value);
    });
    return row;
  }

 private:
  [[noreturn]] static void refuse(std::string_view column, std::string_view what) {
    throw Error(fmt::format("the answer {} is not what the program expects: {} {}", Row::kAnswer,
                            column, what));
  }

  std::vector<std::size_t> places_;
};

/// Gives each row to `visit`, as it comes.
template <Asked Row, class Visit, class... Values>
void ask_each(warehouse::Connection& connection, Visit&& visit, const Values&... parameters) {
  const AnswerFile& file = answer_file(Row::kAnswer);
  if (file.parameters.size() != sizeof...(parameters)) {
    throw Error(fmt::format("the answer {} has {} parameters, not {}", file.name,
                            file.parameters.size(), sizeof...(parameters)));
  }
  std::optional<RowReader<Row>> reader;
  const auto columns = connection.for_each(
      file.sql, {to_cell(parameters)...},
      [&](const std::vector<warehouse::Column>& known, const warehouse::Row& cells) {
        if (!reader) reader.emplace(known);
        visit(reader->read(cells));
      });
  if (!reader) reader.emplace(columns);
}

/// All rows. `parameters` are the values of $1, $2, …: values, optionals of them, or nullopt.
template <Asked Row, class... Values>
std::vector<Row> ask(warehouse::Connection& connection, const Values&... parameters) {
  std::vector<Row> rows;
  ask_each<Row>(
      connection, [&](Row&& row) { rows.push_back(std::move(row)); }, parameters...);
  return rows;
}

/// The first row; nothing where there is none.
template <Asked Row, class... Values>
std::optional<Row> ask_one(warehouse::Connection& connection, const Values&... parameters) {
  auto rows = ask<Row>(connection, parameters...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace cartograph::answers
