// Lists of an explanation, filled from the rows of an answer.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "answers/ask.hpp"
#include "answers/explanation.hpp"
#include "answers/table.hpp"

namespace cartograph::answers {

/// The `chosen` columns of `rows`, or all; at most `rows_max` of them.
template <Described Row>
RowList list_of(std::string title, std::vector<Row> rows, std::size_t rows_max,
                const std::vector<std::string_view>& chosen = {}) {
  RowList list{std::move(title), {}, {}, static_cast<std::int64_t>(rows.size())};
  if (rows.size() > rows_max) rows.resize(rows_max);
  warehouse::Answer answer = as_answer(rows, chosen);
  for (auto& column : answer.columns) {
    list.columns.push_back({column.name, is_number(column.type)});
  }
  list.rows = std::move(answer.rows);
  return list;
}

/// An amount among figures, with how it comes about.
inline Figure figure(std::string name, Money value, std::string how = "") {
  return {std::move(name), to_string(value), std::move(how)};
}
inline Figure figure(std::string name, std::int64_t value, std::string how = "") {
  return {std::move(name), std::to_string(value), std::move(how)};
}
template <int kPlaces>
Figure figure(std::string name, std::optional<Rounded<kPlaces>> value, std::string how = "") {
  return {std::move(name), to_cell(value), std::move(how)};
}

}  // namespace cartograph::answers
