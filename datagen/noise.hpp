// Ways in which a good row becomes a bad one, one for every reason that a contract can give, and
// harmless other ways to write a good one. Derived from the contract's fields, so that a new field
// is spoilt without a line here.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cartograph::datagen {

struct Spoiling {
  enum class Form { values, too_few_fields, too_many_fields, misplaced_quote, not_utf8 };

  std::string kind;    // the message without what varies: "out of range", "before", …
  std::string reason;  // of quarantine, where the values are at fault: "quantity: out of range"
  Form form = Form::values;
  std::function<void(std::vector<std::string>& values)> spoil{};  // Form::values only
};

/// Every way to spoil a row of `Row`'s feed, values in the contract's order. Deterministic.
template <class Row>
std::vector<Spoiling> spoilings();

/// Writes the same row's values in another accepted form: spaces around, other letter case, a
/// decimal less, a space instead of the T.
template <class Row>
void disguise(std::vector<std::string>& values);

}  // namespace cartograph::datagen
