// Every schema stands under components, so that a generated client gives each a name.
#include "api/openapi.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "api/endpoint.hpp"

namespace cartograph::api {
namespace {

namespace json = boost::json;
using answers::Field;
using answers::Shape;
using answers::ValueType;

json::object reference(std::string_view section, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(section) + "/" + std::string(name)}};
}

json::object with_null(json::object schema, bool is_nullable) {
  if (!is_nullable) return schema;
  if (auto* type = schema.if_contains("type")) {
    *type = json::array{*type, "null"};
    return schema;
  }
  return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

json::object value_schema(const Field& field) {
  switch (field.type) {
    case ValueType::boolean: return {{"type", "boolean"}};
    case ValueType::integer: return {{"type", "integer"}, {"format", "int64"}};
    // By this format generators choose a decimal type. Not multipleOf 0.01: validators that divide
    // doubles find 0.07 is none.
    case ValueType::money: return {{"type", "number"}, {"format", "decimal"}, {"x-decimals", 2}};
    case ValueType::rounded: return {{"type", "number"}, {"format", "decimal"}};
    case ValueType::day: return {{"type", "string"}, {"format", "date"}};
    case ValueType::instant: return {{"type", "string"}, {"format", "date-time"}};
    case ValueType::text: break;
  }
  return {{"type", "string"}};
}

json::object object_schema(const std::vector<Field>& fields);

json::object schema_of(const Field& field) {
  json::object schema;
  if (field.shape == Shape::list) {
    schema = {{"type", "array"}, {"items", schema_of(field.parts.at(0))}};
  } else if (field.shape == Shape::object) {
    schema = object_schema(field.parts);
  } else {
    schema = value_schema(field);
  }
  schema = with_null(std::move(schema), field.is_nullable);
  if (!field.text.empty()) schema["description"] = field.text;
  return schema;
}

json::object object_schema(const std::vector<Field>& fields) {
  json::object properties;
  json::array required;
  for (const Field& field : fields) {
    properties[field.name] = schema_of(field);
    required.push_back(json::string(field.name));
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

// What a URL of this API may hold in a text.
constexpr std::string_view kNoControls = R"(^[^\u0000-\u001f\u007f]*$)";

json::object parameter_schema(const Parameter& parameter) {
  json::object schema = {{"type", "string"}};
  switch (parameter.type) {
    case ParameterType::day: schema["format"] = "date"; break;
    case ParameterType::integer:
      schema = {{"type", "integer"}, {"minimum", parameter.min}, {"maximum", parameter.max}};
      break;
    case ParameterType::choice: {
      json::array choices;
      for (const std::string& choice : parameter.choices) choices.push_back(json::string(choice));
      schema["enum"] = std::move(choices);
      break;
    }
    case ParameterType::list:
      schema = {
          {"type", "array"},
          {"items",
           json::object{
               {"type", "string"}, {"minLength", 1}, {"maxLength", 200}, {"pattern", kNoControls}}},
          {"minItems", 1},
          {"maxItems", 100}};
      break;
    case ParameterType::text:
      schema["minLength"] = 1;
      schema["maxLength"] = 200;
      schema["pattern"] = kNoControls;
  }
  if (parameter.type == ParameterType::integer && !parameter.otherwise.empty()) {
    schema["default"] = std::stoll(parameter.otherwise);
  } else if (!parameter.otherwise.empty()) {
    schema["default"] = parameter.otherwise;
  }
  return schema;
}

json::object parameter_object(const Parameter& parameter) {
  json::object object = {{"name", parameter.name},
                         {"in", parameter.is_in_path ? "path" : "query"},
                         {"required", parameter.is_in_path},
                         {"description", parameter.description},
                         {"schema", parameter_schema(parameter)}};
  if (parameter.type == ParameterType::list) {
    object["style"] = "form";
    object["explode"] = false;
  } else if (!parameter.example.empty()) {
    object["example"] = parameter.example;
  }
  return object;
}

// "metrics_daily" → "MetricsDaily"
std::string schema_name(std::string_view name) {
  std::string out;
  bool is_first = true;
  for (const char c : name) {
    if (c != '_') out += is_first ? static_cast<char>(c - 'a' + 'A') : c;
    is_first = c == '_';
  }
  return out;
}

json::object response(std::string_view description, std::string_view type, json::object schema) {
  json::object content;
  content[type] = json::object{{"schema", std::move(schema)}};
  return {{"description", description}, {"content", std::move(content)}};
}

json::object problem_responses(std::initializer_list<std::pair<const char*, const char*>> which) {
  json::object responses;
  for (const auto& [status, description] : which) {
    responses[status] =
        response(description, "application/problem+json", reference("schemas", "Problem"));
  }
  return responses;
}

json::object operation_of(const Endpoint& endpoint) {
  json::array parameters;
  for (const Parameter& parameter : endpoint.parameters) {
    parameters.push_back(parameter_object(parameter));
  }
  if (endpoint.is_list) {
    for (const Parameter& parameter : form_parameters()) {
      parameters.push_back(reference("parameters", parameter.name));
    }
  }
  const auto data = reference("schemas", schema_name(endpoint.name));
  json::object answer = response(
      endpoint.summary, "application/json",
      {{"type", "object"},
       {"properties",
        json::object{
            {"data", endpoint.is_list ? json::object{{"type", "array"}, {"items", data}} : data},
            {"meta", reference("schemas", "Meta")}}},
       {"required", json::array{"data", "meta"}},
       {"additionalProperties", false}});
  if (endpoint.is_list) {
    answer["content"].as_object()["text/csv"] = json::object{
        {"schema",
         json::object{{"type", "string"},
                      {"description", "A header of the same names, then a line a row."}}}};
  }
  json::object responses = {{"200", std::move(answer)},
                            {"304", json::object{{"description", "If-None-Match names it"}}}};
  for (auto& [status, problem] :
       problem_responses({{"400", "The URL cannot be read"},
                          {"401", "The key is missing or wrong"},
                          {"403", "The key is one of another path"},
                          {"404", "There is no such thing"},
                          {"406", "Neither JSON nor CSV is accepted"},
                          {"410", "The cursor has expired"},
                          {"414", "The URL is too long"},
                          {"422", "A parameter is unknown or malformed"},
                          {"429", "Too many requests, or wrong keys"},
                          {"503", "The warehouse cannot be asked, or no run was published"}})) {
    responses[status] = std::move(problem);
  }
  return {{"operationId", endpoint.name},
          {"summary", endpoint.summary},
          {"parameters", std::move(parameters)},
          {"responses", std::move(responses)}};
}

json::object text_schema(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

json::object meta_schema() {
  const auto optional_day = [](std::string_view description) {
    return json::object{
        {"type", json::array{"string", "null"}}, {"format", "date"}, {"description", description}};
  };
  return {
      {"type", "object"},
      {"properties",
       json::object{
           {"run_id", text_schema("The published run that the answer comes from.")},
           {"as_of", optional_day("The day up to which its figures go; null without a sale.")},
           {"published_at", json::object{{"type", "string"},
                                         {"format", "date-time"},
                                         {"description", "When the run was published."}}},
           {"currency", text_schema("Of all amounts.")},
           {"timezone", text_schema("In which days begin.")},
           {"count", json::object{{"type", "integer"}, {"description", "Rows of this page."}}},
           {"next_cursor", json::object{{"type", json::array{"string", "null"}},
                                        {"description", "Where the next page begins."}}},
           {"from", optional_day("First day of the range.")},
           {"to", optional_day("Last day of the range.")},
           {"before_from", optional_day("First day of the range that it is compared with.")},
           {"before_to", optional_day("Last day of the range that it is compared with.")},
           {"unreachable_since",
            json::object{{"type", "string"},
                         {"format", "date-time"},
                         {"description", "Only while the warehouse cannot be reached."}}},
           {"age_seconds",
            json::object{{"type", "integer"},
                         {"description",
                          "Only while the warehouse cannot be reached: since published_at."}}}}},
      {"required", json::array{"run_id", "as_of", "published_at", "currency", "timezone", "count",
                               "next_cursor"}}};
}

json::object problem_schema() {
  return {{"type", "object"},
          {"description", "RFC 9457"},
          {"properties",
           json::object{
               {"type", text_schema("about:blank")},
               {"title", text_schema("What HTTP calls the status.")},
               {"status", json::object{{"type", "integer"}}},
               {"detail", text_schema("What is wrong, and the way out.")},
               {"instance", text_schema("The path that was asked for.")},
               {"request_id", text_schema("Also in X-Request-Id and in the log.")},
               {"errors",
                json::object{
                    {"type", "array"},
                    {"description", "What is wrong with which parameter."},
                    {"items",
                     json::object{{"type", "object"},
                                  {"properties",
                                   json::object{{"parameter", text_schema("Its name.")},
                                                {"detail", text_schema("What is wrong.")},
                                                {"allowed", text_schema("What it takes.")}}},
                                  {"required", json::array{"parameter", "detail", "allowed"}}}}}}}},
          {"required", json::array{"type", "title", "status", "detail", "instance", "request_id"}}};
}

json::object plain_operation(std::string_view id, std::string_view summary, std::string_view type) {
  const json::object schema = type == "application/json" ? json::object{{"type", "object"}}
                                                         : json::object{{"type", "string"}};
  return {{"operationId", id},
          {"summary", summary},
          {"responses", json::object{{"200", response(summary, type, schema)}}}};
}

void add_plain_paths(json::object& paths) {
  const auto get = [](json::object operation) {
    return json::object{{"get", std::move(operation)}};
  };
  json::object health = plain_operation("healthz", "Alive", "application/json");
  health["security"] = json::array{};
  paths["/healthz"] = get(std::move(health));
  json::object ready =
      plain_operation("readyz", "Able to answer from a published run", "application/json");
  ready["responses"].as_object()["503"] =
      response("Not able to, or only from what is kept", "application/json", {{"type", "object"}});
  paths["/readyz"] = get(std::move(ready));
  paths["/internal/metrics"] =
      get(plain_operation("internal_metrics", "Figures for Prometheus", "text/plain"));
}

}  // namespace

std::string openapi() {
  json::object paths;
  json::object schemas = {{"Meta", meta_schema()}, {"Problem", problem_schema()}};
  for (const Endpoint& endpoint : endpoints()) {
    paths[endpoint.path] = json::object{{"get", operation_of(endpoint)}};
    schemas[schema_name(endpoint.name)] = object_schema(endpoint.fields);
  }
  add_plain_paths(paths);
  json::object forms;
  for (const Parameter& parameter : form_parameters()) {
    forms[parameter.name] = parameter_object(parameter);
  }
  return json::serialize(json::object{
             {"openapi", "3.1.0"},
             {"info",
              json::object{
                  {"title", "Cartograph"},
                  {"version", CARTOGRAPH_VERSION},
                  {"description",
                   "Daily numbers of an online store, each from one published run. Money "
                   "is a number with exactly two decimals: read it as a decimal."},
                  {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
             {"servers", json::array{json::object{{"url", "/"}}, json::object{{"url", "/v1"}}}},
             {"security", json::array{json::object{}, json::object{{"bearer", json::array{}}},
                                      json::object{{"basic", json::array{}}},
                                      json::object{{"export", json::array{}}}}},
             {"paths", std::move(paths)},
             {"components",
              json::object{
                  {"schemas", std::move(schemas)},
                  {"parameters", std::move(forms)},
                  {"securitySchemes",
                   json::object{
                       {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}},
                       {"basic", json::object{{"type", "http"},
                                              {"scheme", "basic"},
                                              {"description", "The key as the password."}}},
                       {"export", json::object{{"type", "apiKey"},
                                               {"in", "query"},
                                               {"name", "key"},
                                               {"description", "Export keys only."}}}}}}}}) +
         "\n";
}

}  // namespace cartograph::api
