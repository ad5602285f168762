// All faults of a request are told at once.
#include "api/parameter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/nearest.hpp"

namespace cartograph::api {
namespace {

constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kListMax = 100;

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Where the value that `text` begins with ends: in quotes it may hold commas, and quotes twice.
// Quotes that end elsewhere than at a comma are part of a plain value.
std::size_t end_of_value(std::string_view text) {
  if (!text.starts_with('"')) return text.find(',');
  std::size_t quote = text.find('"', 1);
  while (quote != std::string_view::npos && text.substr(quote + 1).starts_with('"')) {
    quote = text.find('"', quote + 2);
  }
  if (quote == std::string_view::npos) return text.find(',');
  if (quote + 1 == text.size()) return std::string_view::npos;
  return text[quote + 1] == ',' ? quote + 1 : text.find(',');
}

std::string without_quotes(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) {
    return std::string(value);
  }
  std::string plain;
  for (std::size_t i = 1; i + 1 < value.size(); ++i) {
    plain += value[i];
    if (value[i] == '"' && value[i + 1] == '"' && i + 2 < value.size()) ++i;
  }
  return plain;
}

// Values with commas between them, as a line of CSV has them.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = end_of_value(text);
    parts.push_back(without_quotes(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool takes(const Parameter& parameter, const std::string& value) {
  switch (parameter.type) {
    case ParameterType::day: return parse_day(value).has_value();
    case ParameterType::integer: {
      const auto number = to_integer(value);
      return number && *number >= parameter.min && *number <= parameter.max;
    }
    case ParameterType::choice:
      return std::ranges::find(parameter.choices, value) != parameter.choices.end();
    case ParameterType::list: {
      const auto parts = split(value);
      return parts.size() <= kListMax && std::ranges::none_of(parts, [](const std::string& part) {
               return part.empty() || part.size() > kTextBytesMax;
             });
    }
    case ParameterType::text: break;
  }
  return !value.empty() && value.size() <= kTextBytesMax;
}

ParameterFault unknown(const std::vector<Parameter>& parameters, const std::string& name) {
  std::vector<std::string> known;
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_in_path) known.push_back(parameter.name);
  }
  if (known.empty()) return {name, "there is no such parameter; this path takes none", ""};
  return {name,
          fmt::format("there is no such parameter; the nearest one is {}", nearest(name, known)),
          fmt::format("one of {}", fmt::join(known, ", "))};
}

}  // namespace

std::string Parameter::allowed() const {
  switch (type) {
    case ParameterType::day: return "a date such as 2025-03-01";
    case ParameterType::integer: return fmt::format("a whole number from {} to {}", min, max);
    case ParameterType::choice: return fmt::format("one of {}", fmt::join(choices, ", "));
    case ParameterType::list:
      return fmt::format(
          "up to {} values with commas between them, those that hold commas in double quotes",
          kListMax);
    case ParameterType::text: break;
  }
  return fmt::format("a text of 1 to {} bytes", kTextBytesMax);
}

const std::string& Arguments::text(const std::string& name) const {
  static const std::string none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

std::optional<Day> Arguments::day(const std::string& name) const { return parse_day(text(name)); }

std::int64_t Arguments::integer(const std::string& name) const {
  return to_integer(text(name)).value_or(0);
}

std::vector<std::string> Arguments::list(const std::string& name) const {
  return has(name) ? split(text(name)) : std::vector<std::string>();
}

Arguments read_arguments(const std::vector<Parameter>& parameters,
                         const std::vector<std::pair<std::string, std::string>>& given) {
  Arguments arguments;
  std::vector<ParameterFault> faults;
  for (const auto& [name, value] : given) {
    const auto found = std::ranges::find(parameters, name, &Parameter::name);
    if (found == parameters.end()) {
      faults.push_back(unknown(parameters, name));
    } else if (arguments.has(name)) {
      faults.push_back({name, "it is given twice", found->allowed()});
    } else {
      if (!takes(*found, value)) {
        faults.push_back({name, fmt::format("'{}' is no value of it", value), found->allowed()});
      }
      arguments.set(name, value);
    }
  }
  if (arguments.day("from") && arguments.day("to") && arguments.day("from") > arguments.day("to")) {
    faults.push_back({"from", "it is after to", "a date that is not after to"});
  }
  if (!faults.empty()) throw Problem(std::move(faults));
  for (const Parameter& parameter : parameters) {
    if (!parameter.otherwise.empty() && !arguments.has(parameter.name)) {
      arguments.set(parameter.name, parameter.otherwise);
    }
  }
  return arguments;
}

}  // namespace cartograph::api
