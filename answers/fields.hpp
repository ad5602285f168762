// What a row type consists of, as far as OpenAPI, JSON, CSV and tables need to know. A row is a
// plain struct, described with BOOST_DESCRIBE_STRUCT, of values (answers/value.hpp), optionals of
// them, and for JSON also of other such structs and of vectors. Thread-safe.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "answers/answer_file.hpp"
#include "answers/value.hpp"

namespace cartograph::answers {

template <class Type>
concept Described =
    boost::describe::has_describe_members<Type>::value && std::is_class_v<Type> && !Value<Type>;

/// The row of an SQL file, which names it: `static constexpr std::string_view kAnswer`.
template <class Type>
concept Asked = Described<Type> && requires {
  Type::kAnswer;
};

/// What a member is, for structs that are no row of an SQL file, as `static constexpr` array
/// kTexts.
struct FieldText {
  std::string_view name;
  std::string_view text;
};

enum class Shape { value, object, list };

struct Field {
  std::string_view name;  // empty for the elements of a list
  std::string_view text;  // what it is, in words
  Shape shape = Shape::value;
  bool is_nullable = false;
  ValueType type = ValueType::text;  // of a value
  int places = 0;                    // decimals of money and rounded numbers
  std::vector<Field> parts;          // members of an object; a list's only element
};

/// A base's member as one of the row.
template <class Row, class Type, class Base>
constexpr Type Row::*as_member_of(Type Base::*member) {
  return member;
}

/// Calls `visit(name, member pointer)` for each member, those of bases first, in the order of the
/// descriptions.
template <Described Row, class Visit>
void for_each_member(Visit&& visit) {
  using namespace boost::describe;
  boost::mp11::mp_for_each<describe_members<Row, mod_public | mod_inherited>>(
      [&](const auto& member) {
        visit(std::string_view(member.name), as_member_of<Row>(member.pointer));
      });
}

template <class Type>
struct Optional {
  static constexpr bool kIs = false;
  using Inner = Type;
};
template <class Type>
struct Optional<std::optional<Type>> {
  static constexpr bool kIs = true;
  using Inner = Type;
};
template <class Type>
struct List {
  static constexpr bool kIs = false;
};
template <class Type>
struct List<std::vector<Type>> {
  static constexpr bool kIs = true;
  using Element = Type;
};
template <class Type>
struct Places {
  static constexpr int kIs = std::is_same_v<Type, Money> ? 2 : 0;
};
template <int kPlaces>
struct Places<Rounded<kPlaces>> {
  static constexpr int kIs = kPlaces;
};

template <Described Row>
std::vector<Field> fields();

/// The field that holds a `Type`, without name and text.
template <class Type>
Field field_of() {
  using Inner = typename Optional<Type>::Inner;
  Field field;
  field.is_nullable = Optional<Type>::kIs;
  if constexpr (List<Inner>::kIs) {
    field.shape = Shape::list;
    field.parts = {field_of<typename List<Inner>::Element>()};
  } else if constexpr (Described<Inner>) {
    field.shape = Shape::object;
    field.parts = fields<Inner>();
  } else {
    field.type = ValueTraits<Inner>::kType;
    field.places = Places<Inner>::kIs;
  }
  return field;
}

/// What a member is, in words: as the head of the row's SQL file or kTexts says.
template <Described Row>
std::string_view text_of(std::string_view member) {
  if constexpr (requires { Row::kTexts; }) {
    for (const FieldText& known : Row::kTexts) {
      if (known.name == member) return known.text;
    }
  }
  if constexpr (Asked<Row>) return answer_file(Row::kAnswer).text_of(member);
  return {};
}

/// The members of `Row`, in order.
template <Described Row>
std::vector<Field> fields() {
  std::vector<Field> found;
  for_each_member<Row>([&]<class Type>(std::string_view name, Type Row::*) {
    found.push_back(field_of<Type>());
    found.back().name = name;
    found.back().text = text_of<Row>(name);
  });
  return found;
}

}  // namespace cartograph::answers
