// Knows of OpenAPI only what openapi() uses.
#include "api/reference.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cctype>
#include <map>
#include <string_view>

#include "api/openapi.hpp"
#include "base/markdown_text.hpp"

namespace cartograph::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kHead =
    "# API reference\n\n"
    "Every path, parameter and field of `cartograph serve`. `cartograph docs` writes this page "
    "from "
    "the description that the server gives at `/openapi.json`, which is derived from the endpoints "
    "and their row types: change it there. How answers, pages, CSV and keys work, and how figures "
    "add up, is in [api.md](api.md); calls with their answers are in "
    "[examples.md](../api/examples.md). Each path is also there below `/v1`.\n";

std::string_view text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value ? std::string_view(value->as_string()) : std::string_view();
}

// The description, and what it refers to.
class Description {
 public:
  explicit Description(const std::string& document) : root_(json::parse(document)) {}

  const json::object& paths() const { return root_.at("paths").as_object(); }

  const json::object& parameters() const {
    return root_.at("components").at("parameters").as_object();
  }

  const json::object& schema(std::string_view name) const {
    return root_.at("components").at("schemas").at(name).as_object();
  }

  const json::object& resolved(const json::object& object) const {
    const json::value* reference = object.if_contains("$ref");
    if (reference == nullptr) return object;
    return root_.at_pointer(std::string_view(reference->as_string()).substr(1)).as_object();
  }

 private:
  json::value root_;
};

struct Type {
  std::string name;
  const json::object* schema;  // without "or null"
};

// "date or null", "decimal, 2 places"
Type type_of(const Description& description, const json::object& given) {
  const json::object& schema = description.resolved(given);
  if (const json::value* any = schema.if_contains("anyOf")) {
    const Type inner = type_of(description, any->at(0).as_object());
    return {inner.name + " or null", inner.schema};
  }
  const json::value& type = schema.at("type");
  const bool is_nullable = type.is_array();
  std::string name(is_nullable ? type.at(0).as_string() : type.as_string());
  if (name == "array") name = "list";
  if (name == "string" && schema.contains("format")) name = text(schema, "format");
  if (name == "number") name = "decimal";
  if (schema.contains("x-decimals")) name += ", 2 places";
  return {is_nullable ? name + " or null" : name, &schema};
}

// The rows of a table of fields: those within others as "curve[].day".
std::string field_rows(const Description& description, const json::object& schema,
                       const std::string& above) {
  std::string rows;
  for (const auto& [key, value] : schema.at("properties").as_object()) {
    const json::object& field = value.as_object();
    const Type type = type_of(description, field);
    std::string name = above + std::string(key);
    rows += fmt::format("| `{}` | {} | {} |\n", name, type.name,
                        markdown_cell(text(field, "description")));
    const json::object* inner = type.schema;
    if (const json::value* items = inner->if_contains("items")) {
      name += "[]";
      inner = &description.resolved(items->as_object());
    }
    if (inner->contains("properties")) rows += field_rows(description, *inner, name + ".");
  }
  return rows;
}

std::string field_table(const Description& description, const json::object& schema) {
  return "| field | type | |\n| --- | --- | --- |\n" + field_rows(description, schema, "");
}

// What a parameter takes: "one of open, resolved, all", "1 to 1000", "date".
std::string accepted(const json::object& schema) {
  if (const json::value* choices = schema.if_contains("enum")) {
    std::string list;
    for (const json::value& choice : choices->as_array()) {
      list += fmt::format("{}`{}`", list.empty() ? "" : ", ", std::string_view(choice.as_string()));
    }
    return list;
  }
  if (schema.contains("minimum")) {
    return fmt::format("{} to {}", schema.at("minimum").as_int64(),
                       schema.at("maximum").as_int64());
  }
  if (text(schema, "type") == "array") return "values with commas between them";
  return schema.contains("format") ? std::string(text(schema, "format")) : "text";
}

std::string otherwise(const json::object& schema) {
  const json::value* value = schema.if_contains("default");
  if (value == nullptr) return {};
  return fmt::format(" Without it: `{}`.", value->is_string() ? std::string(value->as_string())
                                                              : json::serialize(*value));
}

std::string parameter_row(const json::object& parameter) {
  const json::object& schema = parameter.at("schema").as_object();
  return fmt::format("| `{}`{} | {} | {}{} |\n", text(parameter, "name"),
                     text(parameter, "in") == "path" ? ", in the path" : "", accepted(schema),
                     markdown_cell(text(parameter, "description")), otherwise(schema));
}

constexpr std::string_view kParameterHead = "| parameter | takes | |\n| --- | --- | --- |\n";

// Those of the path itself: what it refers to, all lists take.
std::string parameter_table(const json::object& operation) {
  std::string rows;
  if (const json::value* parameters = operation.if_contains("parameters")) {
    for (const json::value& parameter : parameters->as_array()) {
      if (!parameter.as_object().contains("$ref")) rows += parameter_row(parameter.as_object());
    }
  }
  return rows.empty() ? "" : fmt::format("{}{}\n", kParameterHead, rows);
}

std::string answer_of(const Description& description, const json::object& operation) {
  const json::object& content = operation.at("responses").at("200").at("content").as_object();
  const json::value* answer = content.if_contains("application/json");
  const json::object* body = answer ? &answer->at("schema").as_object() : nullptr;
  if (body == nullptr || !body->contains("properties")) {
    return fmt::format("Answers with `{}`.\n", std::string_view(content.begin()->key()));
  }
  const json::object& data = body->at("properties").at("data").as_object();
  const bool is_list = data.contains("items");
  const json::object& row = description.resolved(is_list ? data.at("items").as_object() : data);
  return fmt::format("{}\n\n{}",
                     is_list ? "`data` is a list, which is also there as CSV; each of its rows:"
                             : "`data` is an object:",
                     field_table(description, row));
}

// Statuses that are errors, with what they say, over all paths.
std::map<std::string, std::string> problems(const Description& description) {
  std::map<std::string, std::string> found;
  for (const auto& [path, item] : description.paths()) {
    for (const auto& [status, response] : item.at("get").at("responses").as_object()) {
      if (status[0] == '4' || status[0] == '5') {
        found.emplace(status, text(response.as_object(), "description"));
      }
    }
  }
  return found;
}

std::string heading(std::string_view path) { return fmt::format("GET {}", path); }

// As the anchor of a heading is made.
std::string anchor(std::string_view heading) {
  std::string text;
  for (const char c : heading) {
    if (c == ' ') text += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return text;
}

}  // namespace

std::string api_reference() {
  const Description description(openapi());
  std::string contents = "\n| path | |\n| --- | --- |\n";
  std::string sections;
  for (const auto& [path, item] : description.paths()) {
    const json::object& operation = item.at("get").as_object();
    const std::string title = heading(path);
    contents += fmt::format("| [{}](#{}) | {} |\n", std::string_view(path), anchor(title),
                            markdown_cell(text(operation, "summary")));
    sections += fmt::format("\n## {}\n\n{}.\n\n{}{}", title, text(operation, "summary"),
                            parameter_table(operation), answer_of(description, operation));
  }
  std::string page(kHead);
  page += contents + sections;
  page += fmt::format("\n## Parameters of every list\n\n{}", kParameterHead);
  for (const auto& [name, parameter] : description.parameters()) {
    page += parameter_row(parameter.as_object());
  }
  page += "\n## meta\n\nWhat stands beside `data`:\n\n" +
          field_table(description, description.schema("Meta"));
  page += "\n## Errors\n\n| status | |\n| --- | --- |\n";
  for (const auto& [status, what] : problems(description)) {
    page += fmt::format("| {} | {} |\n", status, markdown_cell(what));
  }
  page += "\nTheir body is `application/problem+json`:\n\n" +
          field_table(description, description.schema("Problem"));
  return page;
}

}  // namespace cartograph::api
