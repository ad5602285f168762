// The endpoints that say how a figure comes about.
#include "answers/explanation.hpp"
#include "api/endpoint.hpp"

namespace cartograph::api {
namespace {

constexpr answers::ExplainOptions kOptions{.rows_max = 1000, .with_recognition = true};

Reply explained(const answers::Explanation& explanation) {
  Reply reply;
  reply.count = 1;
  reply.data = answers::to_json(explanation);
  return reply;
}

Reply explain_order(const Asked& asked) {
  return explained(answers::explain_order(asked.reader, asked.arguments.text("id")));
}

Reply explain_day(const Asked& asked) {
  return explained(answers::explain_day(asked.reader, *asked.arguments.day("date"), kOptions));
}

Reply explain_sku(const Asked& asked) {
  return explained(answers::explain_sku(asked.reader, asked.arguments.text("sku"), kOptions));
}

Endpoint explanation(const std::string& path, const std::string& name, const std::string& summary,
                     Parameter parameter, std::function<Reply(const Asked&)> answer) {
  parameter.is_in_path = true;
  Endpoint endpoint;
  endpoint.path = path;
  endpoint.name = name;
  endpoint.summary = summary;
  endpoint.parameters = {std::move(parameter)};
  endpoint.fields = answers::fields<answers::Explanation>();
  endpoint.is_list = false;
  endpoint.answer = std::move(answer);
  return endpoint;
}

}  // namespace

std::vector<Endpoint> explanation_endpoints() {
  Parameter date{.name = "date", .type = ParameterType::day, .description = "The day."};
  date.example = "2025-03-01";
  return {
      explanation("/explain/orders/{id}", "explain_order", "How an order's net revenue comes about",
                  {.name = "id", .description = "The order.", .example = "A-1001"}, explain_order),
      explanation("/explain/days/{date}", "explain_day", "How the figures of a day come about",
                  date, explain_day),
      explanation("/explain/skus/{sku}", "explain_sku", "How a SKU's stock alerts come about",
                  {.name = "sku", .description = "The SKU.", .example = "LIG-00154"}, explain_sku)};
}

}  // namespace cartograph::api
