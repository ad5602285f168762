// The parameters of a route as data: what each takes, what it is without one, how it is described.
// From here come the checks of a request, their messages, and OpenAPI. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "api/target.hpp"
#include "base/instant.hpp"

namespace cartograph::api {

enum class ParameterType { text, day, integer, choice, list };

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::text;
  std::string description;
  std::string otherwise = {};             // the value without one; empty: none
  std::vector<std::string> choices = {};  // of a choice, in words or numbers
  std::int64_t min = 0;                   // of an integer
  std::int64_t max = 0;
  bool is_in_path = false;
  std::string example = {};

  /// "a date such as 2025-03-01", "one of open, resolved, all".
  std::string allowed() const;
};

/// What a request gives, checked: only names that the route knows, only values that they take.
class Arguments {
 public:
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  void take_away(const std::string& name) { values_.erase(name); }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// The empty text where there is none.
  const std::string& text(const std::string& name) const;
  std::optional<Day> day(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;
  /// Of a value with commas.
  std::vector<std::string> list(const std::string& name) const;
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

/// The arguments of `query`, with what stands in `otherwise` filled in. Throws Problem (422) that
/// names every parameter that is unknown, given twice or malformed, and what is allowed.
Arguments read_arguments(const std::vector<Parameter>& parameters,
                         const std::vector<std::pair<std::string, std::string>>& given);

}  // namespace cartograph::api
