// A row of a feed whose price is given as text, so that a price that the contract refuses can still
// be written as it is. contracts::append_csv_row writes it like any other row.
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

#include "contracts/feeds.hpp"

namespace cartograph::importers {

/// `price` stands in the column of `price_member`; the feed's other amounts are null.
template <class Row, contracts::Amount Row::*price_member>
struct PricedRow {
  Row row;
  std::string_view price;
};

using PricedItem = PricedRow<contracts::OrderItem, &contracts::OrderItem::unit_price>;
using PricedProduct = PricedRow<contracts::Product, &contracts::Product::list_price>;

/// A field of the feed, seen from the priced row: amounts become text, all others are as they are.
template <class Row, contracts::Amount Row::*price_member, class Field>
struct PricedField {
  static constexpr bool is_amount = Field::column_type == ColumnType::money;
  static constexpr ColumnType column_type = is_amount ? ColumnType::text : Field::column_type;
  Field field;
  std::string_view name = field.name;

  auto get(const PricedRow<Row, price_member>& priced) const {
    if constexpr (is_amount) {
      return field.member == price_member ? contracts::Text(priced.price) : contracts::Text();
    } else {
      return field.get(priced.row);
    }
  }
};

}  // namespace cartograph::importers

template <class Row, cartograph::contracts::Amount Row::*price_member>
struct cartograph::contracts::Contract<cartograph::importers::PricedRow<Row, price_member>> {
  static constexpr std::string_view feed = Contract<Row>::feed;
  static constexpr auto fields = std::apply(
      [](const auto&... field) {
        return std::tuple{
            importers::PricedField<Row, price_member, std::decay_t<decltype(field)>>{field}...};
      },
      Contract<Row>::fields);
};
