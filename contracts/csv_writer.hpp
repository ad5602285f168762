// Writes rows of a contract as CSV, in the contract's columns: what the generator and the importers
// land. Deterministic bytes; not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/csv_text.hpp"
#include "base/exact_text.hpp"
#include "contracts/feeds.hpp"

namespace cartograph::contracts {

/// Appends the header row of `Row`'s feed.
template <class Row>
void append_csv_header(std::string& out) {
  std::apply(
      [&](const auto&... field) {
        std::string_view separator;
        ((out.append(separator).append(field.name), separator = ","), ...);
      },
      Contract<Row>::fields);
  out += '\n';
}

/// Appends `row`; nulls are empty, money has two decimals, timestamps end in Z with only as many
/// decimals as they need.
template <class Row>
void append_csv_row(std::string& out, const Row& row) {
  const auto append = [&](const auto& field) {
    const auto value = field.get(row);
    if (!value) return;
    using Field = std::decay_t<decltype(field)>;
    if constexpr (Field::column_type == ColumnType::text) {
      append_csv_value(out, *value);
    } else if constexpr (Field::column_type == ColumnType::money) {
      out += to_string(Money{*value});
    } else if constexpr (Field::column_type == ColumnType::timestamp) {
      out += short_text(Instant{*value});
    } else {
      out += std::to_string(*value);
    }
  };
  std::apply(
      [&](const auto&... field) {
        std::string_view separator;
        ((out.append(separator), append(field), separator = ","), ...);
      },
      Contract<Row>::fields);
  out += '\n';
}

}  // namespace cartograph::contracts
