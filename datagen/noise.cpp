// Each spoiling breaks exactly what its reason names; the tests hold the two against each other.
#include "datagen/noise.hpp"

#include <tuple>
#include <type_traits>
#include <utility>

#include "contracts/feeds.hpp"

namespace cartograph::datagen {
namespace {

using contracts::Contract;
using contracts::field_index;
using contracts::InventoryMovement;
using contracts::Order;
using contracts::OrderItem;
using Values = std::vector<std::string>;

// One field's value replaced by `value`.
Spoiling replacement(std::string_view field, std::size_t index, std::string kind, std::string value,
                     std::string message = {}) {
  std::string reason(field);
  reason.append(": ").append(message.empty() ? kind : message);
  return {std::move(kind), std::move(reason), Spoiling::Form::values,
          [index, value = std::move(value)](Values& values) { values[index] = value; }};
}

// "not one of created, paid, …"
template <class Field>
std::string word_message(const Field& field) {
  std::string message = "not one of ";
  std::string_view separator;
  for (const std::string_view word : field.words) {
    message.append(separator).append(word);
    separator = ", ";
  }
  return message;
}

// What can be wrong with one field by itself.
template <class Field>
std::vector<Spoiling> field_spoilings(const Field& field, std::size_t index) {
  std::vector<Spoiling> found;
  const auto add = [&](std::string kind, std::string value, std::string message = {}) {
    found.push_back(
        replacement(field.name, index, std::move(kind), std::move(value), std::move(message)));
  };
  if (field.presence.required) add("required", "");
  const std::string_view type = Field::type_name;
  if (type == "id") {
    add("too long", std::string(contracts::IdReader::length_max + 1, 'x'));
    add("control character",
        "A\x01"
        "17");
    add("control character",
        "A\x7F"
        "17");
  } else if (type == "integer") {
    add("not an integer", "two");
    add("not an integer", "1.5");
    add("not an integer", "+3");
    add("out of range", "2147483648");
  } else if (type == "money") {
    add("not a decimal", "12,50");
    add("not a decimal", "1e3");
    add("not a decimal", "free");
    add("more than 2 decimal places", "9.995");
    add("out of range", "-0.01");
    add("out of range", "12345678901234567.00");
  } else if (type == "timestamp") {
    add("not a timestamp", "2025-02-30T10:00:00Z");
    add("not a timestamp", "31.01.2025");
    add("not a timestamp", "2025-01-31T24:00:00Z");
    add("not a timestamp", "yesterday");
    add("out of range", "1969-12-31T23:59:59Z");
    add("out of range", "2101-01-01");
  } else if (type == "email") {
    add("not an email", "nobody.example.com");
    add("not an email", "two@@example.com");
    add("not an email", "with space@example.com");
    add("too long", std::string(250, 'x') + "@example.com");
  } else if (type == "currency") {
    add("not a currency", "US$");
    add("not a currency", "Dollar");
    add("expected", "EUR", "expected USD");
  } else if (type == "country") {
    add("not a country", "USA");
    add("not a country", "1A");
  }
  if constexpr (requires { field.reader.length_max; }) {
    if (type == "text") {
      add("too long", std::string(field.reader.length_max + 1, 'x'));
      add("control character", "bell\x07");
    }
  }
  if constexpr (requires { field.words; }) {
    add("not one of", "unknown", word_message(field));
    add("not one of", "0", word_message(field));
  }
  if constexpr (requires { field.min; } && Field::column_type == ColumnType::integer) {
    add("out of range", std::to_string(field.max + 1));
    add("out of range", std::to_string(field.min - 1));
  }
  return found;
}

// An order whose state and the times of it are set to what contradicts itself.
Spoiling contradiction(std::string kind, std::string reason, std::string status, std::string paid,
                       std::string fulfilled, std::string delivered, std::string returned) {
  return {std::move(kind), std::move(reason), Spoiling::Form::values, [=](Values& values) {
            values[field_index<Order>("status")] = status;
            const std::string created = values[field_index<Order>("created_at")];
            const auto set = [&](std::size_t index, const std::string& value) {
              values[index] = value == "then" ? created : value;
            };
            set(field_index<Order>("paid_at"), paid);
            set(field_index<Order>("fulfilled_at"), fulfilled);
            set(field_index<Order>("delivered_at"), delivered);
            set(field_index<Order>("returned_at"), returned);
          }};
}

template <class Row>
std::vector<Spoiling> row_spoilings() {
  return {};
}

template <>
std::vector<Spoiling> row_spoilings<Order>() {
  const std::string then = "then";  // when the order was created
  const std::string early = "1999-12-31T12:00:00Z";
  const std::string needed = "required when";
  const std::string set_early = "set although";
  const std::string before = "before";
  return {contradiction(needed, "paid_at: required when status is paid", "paid", "", "", "", ""),
          contradiction(needed, "fulfilled_at: required when status is fulfilled", "fulfilled",
                        then, "", "", ""),
          contradiction(needed, "delivered_at: required when status is delivered", "delivered",
                        then, then, "", ""),
          contradiction(needed, "returned_at: required when status is returned", "returned", then,
                        then, then, ""),
          contradiction(needed,
                        "delivered_at: required when status is returned; "
                        "returned_at: required when status is returned",
                        "returned", then, then, "", ""),
          contradiction(set_early, "paid_at: set although status is created", "created", then, "",
                        "", ""),
          contradiction(set_early, "fulfilled_at: set although status is paid", "paid", then, then,
                        "", ""),
          contradiction(set_early, "delivered_at: set although status is paid", "paid", then, "",
                        then, ""),
          contradiction(set_early, "returned_at: set although status is delivered", "delivered",
                        then, then, then, then),
          contradiction(before, "paid_at: before created_at", "paid", early, "", "", ""),
          contradiction(before, "fulfilled_at: before paid_at", "fulfilled", then, early, "", ""),
          contradiction(before, "delivered_at: before fulfilled_at", "delivered", then, then, early,
                        ""),
          contradiction(before, "delivered_at: before created_at", "delivered", "", "", early, ""),
          contradiction(before, "returned_at: before delivered_at", "returned", then, then, then,
                        early)};
}

template <>
std::vector<Spoiling> row_spoilings<OrderItem>() {
  return {{"above", "discount_amount: above quantity x unit_price", Spoiling::Form::values,
           [](Values& values) {
             values[field_index<OrderItem>("quantity")] = "1";
             values[field_index<OrderItem>("unit_price")] = "10.00";
             values[field_index<OrderItem>("discount_amount")] = "10.01";
           }}};
}

template <>
std::vector<Spoiling> row_spoilings<InventoryMovement>() {
  constexpr std::size_t quantity = field_index<InventoryMovement>("quantity");
  constexpr std::size_t type = field_index<InventoryMovement>("movement_type");
  const auto of_type = [](std::string word, std::string number) {
    return Spoiling{"out of range", "quantity: out of range", Spoiling::Form::values,
                    [=](Values& values) {
                      values[type] = word;
                      values[quantity] = number;
                    }};
  };
  return {of_type("adjustment", "0"), of_type("receipt", "0"), of_type("shipment", "-2"),
          of_type("return", "-1")};
}

// The last fault of the first field that has one, together with the first of the last.
Spoiling two_at_once(const std::vector<std::vector<Spoiling>>& by_field) {
  std::size_t first = 0;
  std::size_t last = by_field.size() - 1;
  while (by_field[first].empty()) ++first;
  while (by_field[last].empty()) --last;
  const Spoiling one = by_field[first].back();
  const Spoiling other = by_field[last].front();
  return {"two at once", one.reason + "; " + other.reason, Spoiling::Form::values,
          [one, other](Values& values) {
            one.spoil(values);
            other.spoil(values);
          }};
}

std::string upper(std::string text) {
  for (char& c : text) c = contracts::ascii_upper(c);
  return text;
}

}  // namespace

template <class Row>
std::vector<Spoiling> spoilings() {
  std::vector<std::vector<Spoiling>> by_field;
  std::apply(
      [&](const auto&... field) {
        ((by_field.push_back(field_spoilings(field, by_field.size()))), ...);
      },
      Contract<Row>::fields);
  std::vector<Spoiling> all = row_spoilings<Row>();
  for (const auto& of_field : by_field) all.insert(all.end(), of_field.begin(), of_field.end());
  all.push_back(two_at_once(by_field));
  all.push_back({"field count", "", Spoiling::Form::too_few_fields});
  all.push_back({"field count", "", Spoiling::Form::too_many_fields});
  all.push_back({"misplaced quote", "", Spoiling::Form::misplaced_quote});
  all.push_back({"not UTF-8", "", Spoiling::Form::not_utf8});
  return all;
}

template <class Row>
void disguise(std::vector<std::string>& values) {
  std::size_t index = 0;
  const auto rewrite = [&](const auto& field) {
    std::string& value = values[index++];
    if (value.empty()) return;
    const std::string_view type = std::decay_t<decltype(field)>::type_name;
    if (type == "timestamp") {
      value[10] = ' ';
      value.replace(value.size() - 1, 1, "+00:00");
    } else if (type == "money") {
      if (value.ends_with(".00")) {
        value.resize(value.size() - 3);
      } else if (value.ends_with('0')) {
        value.pop_back();
      }
    } else if (type == "enum") {
      value = upper(value);
    } else if (type == "currency" || type == "country") {
      for (char& c : value) c = contracts::ascii_lower(c);
    } else {
      value = " " + value + "\t";
    }
  };
  std::apply([&](const auto&... field) { (rewrite(field), ...); }, Contract<Row>::fields);
}

template std::vector<Spoiling> spoilings<contracts::Order>();
template std::vector<Spoiling> spoilings<contracts::OrderItem>();
template std::vector<Spoiling> spoilings<contracts::Return>();
template std::vector<Spoiling> spoilings<contracts::Customer>();
template std::vector<Spoiling> spoilings<contracts::Product>();
template std::vector<Spoiling> spoilings<contracts::InventoryMovement>();
template void disguise<contracts::Order>(std::vector<std::string>&);
template void disguise<contracts::OrderItem>(std::vector<std::string>&);
template void disguise<contracts::Return>(std::vector<std::string>&);
template void disguise<contracts::Customer>(std::vector<std::string>&);
template void disguise<contracts::Product>(std::vector<std::string>&);
template void disguise<contracts::InventoryMovement>(std::vector<std::string>&);

}  // namespace cartograph::datagen
