// Every problem is of the type about:blank: the title is the status's, the detail says the rest.
#include "api/problem.hpp"

#include "base/json_text.hpp"
#include "base/utf8.hpp"

namespace cartograph::api {
namespace {

std::string detail_of(const std::vector<ParameterFault>& faults) {
  std::string text;
  for (const ParameterFault& fault : faults) {
    if (!text.empty()) text += ' ';
    text += fault.parameter + ": " + fault.detail;
    if (!fault.allowed.empty()) text += "; it takes " + fault.allowed;
    text += '.';
  }
  return text;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  append_json_text(out, name);
  out += ':';
  append_json_text(out, printable(value));
}

}  // namespace

Problem::Problem(std::vector<ParameterFault> faults)
    : Error(detail_of(faults)), status_(422), faults_(std::move(faults)) {}

Response response_of(const Problem& problem, std::string_view instance,
                     std::string_view request_id) {
  std::string body = "{";
  append_member(body, "type", "about:blank");
  append_member(body, "title", reason_phrase(problem.status()));
  body += ",\"status\":" + std::to_string(problem.status());
  append_member(body, "detail", problem.what());
  append_member(body, "instance", instance);
  append_member(body, "request_id", request_id);
  if (!problem.faults().empty()) {
    body += ",\"errors\":[";
    for (const ParameterFault& fault : problem.faults()) {
      if (body.back() != '[') body += ',';
      body += '{';
      append_member(body, "parameter", fault.parameter);
      append_member(body, "detail", fault.detail);
      append_member(body, "allowed", fault.allowed);
      body += '}';
    }
    body += ']';
  }
  body += "}\n";

  Response response;
  response.status = problem.status();
  response.headers = problem.headers();
  response.headers.push_back({"Content-Type", "application/problem+json"});
  response.headers.push_back({"Cache-Control", "no-store"});
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

}  // namespace cartograph::api
