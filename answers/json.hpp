// Described structs, vectors and values as JSON, written compactly: money with exactly two
// decimals, rounded numbers with theirs, days and instants as text, null where there is nothing.
// Pure functions, thread-safe.
#pragma once

#include <string>

#include "answers/fields.hpp"
#include "base/json_text.hpp"

namespace cartograph::answers {

template <class Type>
void append_json(std::string& out, const Type& value) {
  if constexpr (Optional<Type>::kIs) {
    if (value) {
      append_json(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (List<Type>::kIs) {
    out += '[';
    for (const auto& element : value) {
      if (out.back() != '[') out += ',';
      append_json(out, element);
    }
    out += ']';
  } else if constexpr (Value<Type>) {
    const bool is_plain = ValueTraits<Type>::kType != ValueType::text &&
                          ValueTraits<Type>::kType != ValueType::day &&
                          ValueTraits<Type>::kType != ValueType::instant;
    if (is_plain) {
      out += ValueTraits<Type>::text(value);
    } else {
      append_json_text(out, ValueTraits<Type>::text(value));
    }
  } else {
    char separator = '{';
    for_each_member<Type>([&](std::string_view name, auto member) {
      out += separator;
      separator = ',';
      append_json_text(out, name);
      out += ':';
      append_json(out, value.*member);
    });
    out += '}';
  }
}

template <class Type>
std::string to_json(const Type& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace cartograph::answers
