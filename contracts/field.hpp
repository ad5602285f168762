// The words in which a contract is written: one constexpr description a field.
// From it come reading, faults, the staging column, hashing and the CSV that is written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/row_batch.hpp"
#include "contracts/mapping.hpp"
#include "contracts/value.hpp"

namespace cartograph::contracts {

// Members of a row. Nothing means null.
using Text = std::optional<std::string_view>;
using Integer = std::optional<std::int32_t>;
using Amount = std::optional<Money>;
using Timestamp = std::optional<Instant>;

/// What CSV without a byte order mark is written in.
enum class Encoding { utf_8, windows_1252 };

/// What reading depends on beside the row. Views of a row's values may point into `mappings`.
struct Context {
  std::string reporting_currency = "USD";
  std::shared_ptr<const Mappings> mappings;  // null: none
  Encoding encoding = Encoding::utf_8;
  bool is_comma_decimal_point = false;  // also, beside the point

  /// What the shop calls things in `feed`, or null.
  const FeedMapping* mapping(std::string_view feed) const {
    if (!mappings) return nullptr;
    const auto found = mappings->find(feed);
    return found == mappings->end() ? nullptr : &found->second;
  }
};

/// The faults of one row: at most one a field, the first that was found.
class Faults {
 public:
  void clear() { list_.clear(); }
  bool empty() const { return list_.empty(); }
  bool has(std::size_t field) const {
    for (const auto& fault : list_) {
      if (fault.first == field) return true;
    }
    return false;
  }
  void add(std::size_t field, std::string message) {
    if (!has(field)) list_.emplace_back(field, std::move(message));
  }
  /// Of the fault that was found first; there has to be one.
  const std::string& first_message() const { return list_.front().second; }
  /// "field: message" joined by "; " in the contract's order.
  std::string text(std::span<const std::string_view> names) const {
    auto sorted = list_;
    std::sort(sorted.begin(), sorted.end());
    std::string joined;
    for (const auto& [field, message] : sorted) {
      if (!joined.empty()) joined += "; ";
      joined.append(names[field]).append(": ").append(message);
    }
    return joined;
  }

 private:
  std::vector<std::pair<std::size_t, std::string>> list_;
};

/// What holds for a field of any type.
struct Presence {
  bool required = false;  // a row without a value is at fault
  bool column_may_be_missing = false;
  constexpr Presence operator|(Presence other) const {
    return {required || other.required, column_may_be_missing || other.column_may_be_missing};
  }
};
inline constexpr Presence kRequired{true, false};
inline constexpr Presence kOptional{false, false};
inline constexpr Presence kOptionalColumn{false, true};

/// A field whose value is text; `Reader` says of which form: its type_name, and
/// read(trimmed text, context, value).
template <class Row, class Reader>
struct TextField {
  static constexpr ColumnType column_type = ColumnType::text;
  static constexpr std::string_view type_name = Reader::type_name;
  std::string_view name;
  std::string_view about;
  Text Row::*member;
  Presence presence;
  Reader reader{};

  constexpr bool null_in_staging() const { return !presence.required; }
  Fault read(std::string_view text, const Context& context, Row& row) const {
    return reader.read(text, context, (row.*member).emplace());
  }
  void fill_null(Row& row) const { (row.*member).reset(); }
  Text get(const Row& row) const { return row.*member; }
};

struct IdReader {
  static constexpr std::string_view type_name = "id";
  static constexpr std::size_t length_max = 64;
  Fault read(std::string_view text, const Context&, std::string_view& value) const {
    return read_text(text, length_max, false, value);
  }
};

struct PlainTextReader {
  static constexpr std::string_view type_name = "text";
  std::size_t length_max;
  Fault read(std::string_view text, const Context&, std::string_view& value) const {
    return read_text(text, length_max, true, value);
  }
};

struct EmailReader {
  static constexpr std::string_view type_name = "email";
  Fault read(std::string_view text, const Context&, std::string_view& value) const {
    return read_email(text, value);
  }
};

struct CountryReader {
  static constexpr std::string_view type_name = "country";
  Fault read(std::string_view text, const Context&, std::string_view& value) const {
    return read_country(text, value);
  }
};

struct CurrencyReader {
  static constexpr std::string_view type_name = "currency";
  Fault read(std::string_view text, const Context& context, std::string_view& value) const {
    return read_currency(text, context.reporting_currency, value);
  }
};

/// `Word` is an enum class whose enumerators stand in the order of `words`.
template <class Row, class Word>
struct WordField {
  static constexpr ColumnType column_type = ColumnType::text;
  static constexpr std::string_view type_name = "enum";
  std::string_view name;
  std::string_view about;
  std::optional<Word> Row::*member;
  Presence presence;
  std::span<const std::string_view> words;

  constexpr bool null_in_staging() const { return !presence.required; }
  Fault read(std::string_view text, const Context&, Row& row) const {
    std::size_t index = 0;
    const Fault fault = read_word(text, words, index);
    if (fault == Fault::none) row.*member = static_cast<Word>(index);
    return fault;
  }
  void fill_null(Row& row) const { (row.*member).reset(); }
  Text get(const Row& row) const {
    if (!(row.*member)) return std::nullopt;
    return words[static_cast<std::size_t>(*(row.*member))];
  }
};

template <class Row>
struct IntegerField {
  static constexpr ColumnType column_type = ColumnType::integer;
  static constexpr std::string_view type_name = "integer";
  std::string_view name;
  std::string_view about;
  Integer Row::*member;
  Presence presence;
  std::int64_t min;
  std::int64_t max;
  Integer when_null{};

  constexpr bool null_in_staging() const { return !presence.required && !when_null; }
  Fault read(std::string_view text, const Context&, Row& row) const {
    return read_integer(text, min, max, (row.*member).emplace());
  }
  void fill_null(Row& row) const { row.*member = when_null; }
  std::optional<std::int64_t> get(const Row& row) const { return row.*member; }
};

template <class Row>
struct MoneyField {
  static constexpr ColumnType column_type = ColumnType::money;
  static constexpr std::string_view type_name = "money";
  std::string_view name;
  std::string_view about;
  Amount Row::*member;
  Presence presence;
  Money min;
  Money max;
  Amount when_null{};

  constexpr bool null_in_staging() const { return !presence.required && !when_null; }
  Fault read(std::string_view text, const Context& context, Row& row) const {
    return read_money(text, min, max, (row.*member).emplace(), context.is_comma_decimal_point);
  }
  void fill_null(Row& row) const { row.*member = when_null; }
  std::optional<std::int64_t> get(const Row& row) const {
    if (!(row.*member)) return std::nullopt;
    return (row.*member)->cents;
  }
};

template <class Row>
struct TimestampField {
  static constexpr ColumnType column_type = ColumnType::timestamp;
  static constexpr std::string_view type_name = "timestamp";
  std::string_view name;
  std::string_view about;
  Timestamp Row::*member;
  Presence presence;

  constexpr bool null_in_staging() const { return !presence.required; }
  Fault read(std::string_view text, const Context&, Row& row) const {
    return read_timestamp(text, (row.*member).emplace());
  }
  void fill_null(Row& row) const { (row.*member).reset(); }
  std::optional<std::int64_t> get(const Row& row) const {
    if (!(row.*member)) return std::nullopt;
    return (row.*member)->micros;
  }
};

// The vocabulary: what a contract calls. `about` says what a value is, as a sentence for the data
// dictionary.
template <class Row>
constexpr auto id(std::string_view name, std::string_view about, Text Row::*member,
                  Presence presence) {
  return TextField<Row, IdReader>{name, about, member, presence};
}
template <class Row>
constexpr auto text(std::string_view name, std::string_view about, Text Row::*member,
                    std::size_t length_max, Presence presence) {
  return TextField<Row, PlainTextReader>{name, about, member, presence, {length_max}};
}
template <class Row>
constexpr auto email(std::string_view name, std::string_view about, Text Row::*member,
                     Presence presence) {
  return TextField<Row, EmailReader>{name, about, member, presence};
}
template <class Row>
constexpr auto country(std::string_view name, std::string_view about, Text Row::*member,
                       Presence presence) {
  return TextField<Row, CountryReader>{name, about, member, presence};
}
template <class Row>
constexpr auto currency(std::string_view name, std::string_view about, Text Row::*member,
                        Presence presence) {
  return TextField<Row, CurrencyReader>{name, about, member, presence};
}
template <class Row, class Word>
constexpr auto one_of(std::string_view name, std::string_view about,
                      std::optional<Word> Row::*member, std::span<const std::string_view> words,
                      Presence presence) {
  return WordField<Row, Word>{name, about, member, presence, words};
}
template <class Row>
constexpr auto integer(std::string_view name, std::string_view about, Integer Row::*member,
                       std::int64_t min, std::int64_t max, Presence presence,
                       Integer when_null = {}) {
  return IntegerField<Row>{name, about, member, presence, min, max, when_null};
}
template <class Row>
constexpr auto money(std::string_view name, std::string_view about, Amount Row::*member,
                     std::int64_t max_units, Presence presence, Amount when_null = {}) {
  return MoneyField<Row>{name,     about, member, presence, Money{0}, Money{max_units * 100},
                         when_null};
}
template <class Row>
constexpr auto timestamp(std::string_view name, std::string_view about, Timestamp Row::*member,
                         Presence presence) {
  return TimestampField<Row>{name, about, member, presence};
}

/// What a fault of `field` is called in quarantine.
template <class Field>
std::string message(Fault fault, const Field& field, const Context& context) {
  switch (fault) {
    case Fault::none: return "";
    case Fault::required: return "required";
    case Fault::not_an_integer: return "not an integer";
    case Fault::not_a_decimal: return "not a decimal";
    case Fault::more_than_two_decimals: return "more than 2 decimal places";
    case Fault::not_a_timestamp: return "not a timestamp";
    case Fault::not_a_listed_word: {
      std::string text = "not one of ";
      if constexpr (requires { field.words; }) {
        for (std::size_t i = 0; i < field.words.size(); ++i) {
          if (i > 0) text += ", ";
          text += field.words[i];
        }
      }
      return text;
    }
    case Fault::not_an_email: return "not an email";
    case Fault::not_a_currency: return "not a currency";
    case Fault::not_a_country: return "not a country";
    case Fault::too_long: return "too long";
    case Fault::control_character: return "control character";
    case Fault::out_of_range: return "out of range";
    case Fault::another_currency: return "expected " + context.reporting_currency;
  }
  return "";
}

}  // namespace cartograph::contracts
