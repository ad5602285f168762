// Cursors are plain text: whoever changes one gets an answer or an error, never another's data.
#include "api/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace cartograph::api {
namespace {

constexpr std::int64_t kLimitMax = 1000;

Problem no_cursor() {
  return Problem({{"cursor", "it is none of this path's",
                   "what next_cursor or the Link of an answer of this path gave"}});
}

}  // namespace

bool Endpoint::takes(std::string_view parameter) const {
  return std::ranges::find(parameters, parameter, &Parameter::name) != parameters.end();
}

std::vector<std::string> concrete_paths(const Endpoint& endpoint) {
  const std::size_t brace = endpoint.path.find('{');
  if (brace == std::string::npos) return {endpoint.path};
  std::vector<std::string> paths;
  for (const Parameter& parameter : endpoint.parameters) {
    if (!parameter.is_in_path) continue;
    for (const std::string& choice : parameter.choices) {
      paths.push_back(endpoint.path.substr(0, brace) + choice);
    }
  }
  return paths;
}

Parameter from_parameter(std::string_view otherwise) {
  return {.name = "from",
          .type = ParameterType::day,
          .description = fmt::format("First day, inclusive. Without it: {}.", otherwise),
          .example = "2025-03-01"};
}

Parameter to_parameter() {
  return {.name = "to",
          .type = ParameterType::day,
          .description = "Last day, inclusive. Without it: the last day of the data.",
          .example = "2025-03-31"};
}

Parameter limit_parameter() {
  return {.name = "limit",
          .type = ParameterType::integer,
          .description = "How many rows a page has. CSV has all of them.",
          .otherwise = "100",
          .min = 1,
          .max = kLimitMax};
}

Parameter cursor_parameter() {
  return {.name = "cursor",
          .type = ParameterType::text,
          .description =
              "Where the page begins: `next_cursor` of the page before. One that counts "
              "rows expires with the next run (410); begin anew then."};
}

const std::vector<Parameter>& form_parameters() {
  static const std::vector<Parameter> all = {
      {.name = "format",
       .type = ParameterType::choice,
       .description = "The form of the answer; without it, what Accept asks for. CSV has all rows: "
                      "limit and cursor say nothing there.",
       .choices = {"json", "csv"}},
      {.name = "bom",
       .type = ParameterType::choice,
       .description = "1 puts a byte order mark before CSV, as some spreadsheets want it.",
       .choices = {"0", "1"}}};
  return all;
}

Parameter key_parameter() {
  return {.name = "key", .type = ParameterType::text, .description = "An export key."};
}

std::vector<std::string> prepared_targets() {
  std::vector<std::string> targets = {
      "/metrics/daily",  "/metrics/summary",  "/metrics",
      "/metrics/weekly", "/metrics/monthly",  "/metrics/summary?compare=previous_year",
      "/ltv/7",          "/ltv/30",           "/ltv/90",
      "/retention",      "/inventory/alerts", "/revenue/recognition",
      "/quality/latest", "/quarantine",       "/runs"};
  for (const char* by :
       {"country", "channel", "category", "sku", "payment_method", "customer_type"}) {
    targets.push_back(fmt::format("/metrics/breakdown?by={}", by));
  }
  return targets;
}

std::string cursor_by_row(std::string_view endpoint, std::string_view run_id, std::int64_t row) {
  return fmt::format("{}~{}~{}", endpoint, row, run_id);
}

std::string cursor_by_day(std::string_view endpoint, Day last) {
  return fmt::format("{}~{}", endpoint, to_string(last));
}

Page page_of(const Asked& asked, std::string_view endpoint) {
  if (asked.is_whole()) return {};
  Page page;
  page.rows = asked.arguments.integer("limit") + 1;
  if (!asked.arguments.has("cursor")) return page;
  std::string_view rest = asked.arguments.text("cursor");
  if (!rest.starts_with(fmt::format("{}~", endpoint))) throw no_cursor();
  rest.remove_prefix(endpoint.size() + 1);
  if ((page.after = parse_day(rest))) return page;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), page.first);
  if (error != std::errc{} || end == rest.data() + rest.size() || *end != '~' || page.first < 0) {
    throw no_cursor();
  }
  const std::string_view run(end + 1,
                             static_cast<std::size_t>(rest.data() + rest.size() - end - 1));
  if (run != asked.snapshot.published().run_id) {
    throw Problem(410,
                  "The cursor has expired: it counts the rows of a run before the one that is "
                  "served now. Begin anew without it.");
  }
  return page;
}

std::string csv_text(const warehouse::Answer& answer) {
  std::ostringstream out;
  answers::print(out, answer, answers::OutputFormat::csv);
  return out.str();
}

}  // namespace cartograph::api
