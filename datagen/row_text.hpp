// A contract's row as texts, one a field, and as a line of JSON.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/json_text.hpp"
#include "contracts/csv_writer.hpp"

namespace cartograph::datagen {

/// Appends what `field` of `row` is as plain text; false, and nothing, for null.
template <class Row, class Field>
bool append_value(std::string& out, const Field& field, const Row& row) {
  const auto value = field.get(row);
  if (!value) return false;
  if constexpr (Field::column_type == ColumnType::text) {
    out += *value;
  } else if constexpr (Field::column_type == ColumnType::money) {
    out += to_string(Money{*value});
  } else if constexpr (Field::column_type == ColumnType::timestamp) {
    const std::string text = to_string(Instant{*value});
    out.append(text, 0, 19).append("Z");  // the story's clock has whole seconds
  } else {
    out += std::to_string(*value);
  }
  return true;
}

/// The fields' values in the contract's order, null as an empty text.
template <class Row>
std::vector<std::string> texts_of(const Row& row) {
  std::vector<std::string> texts;
  std::apply([&](const auto&... field) { (append_value(texts.emplace_back(), field, row), ...); },
             contracts::Contract<Row>::fields);
  return texts;
}

/// Appends `row` as one JSON object, without a line end; numbers are numbers, nulls are null.
template <class Row>
void append_json_row(std::string& out, const Row& row) {
  char separator = '{';
  std::string text;
  const auto append = [&](const auto& field) {
    using Field = std::decay_t<decltype(field)>;
    out += separator;
    separator = ',';
    append_json_text(out, field.name);
    out += ':';
    text.clear();
    if (!append_value(text, field, row)) {
      out += "null";
    } else if constexpr (Field::column_type == ColumnType::integer ||
                         Field::column_type == ColumnType::money) {
      out += text;
    } else {
      append_json_text(out, text);
    }
  };
  std::apply([&](const auto&... field) { (append(field), ...); }, contracts::Contract<Row>::fields);
  out += '}';
}

}  // namespace cartograph::datagen
