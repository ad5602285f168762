// Lists of HTTP with weights: "text/csv, application/json;q=0.5".
#include "api/negotiation.hpp"

#include <charconv>
#include <cstdlib>
#include <functional>

#include "api/problem.hpp"

namespace cartograph::api {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(part);
}

// In thousandths, as precise as HTTP has it; 0 of what is none.
int weight_of(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc{} || !(weight >= 0 && weight <= 1)) return 0;
  return static_cast<int>(weight * 1000);
}

void for_each_weighted(std::string_view list,
                       const std::function<void(std::string_view value, int weight)>& visit) {
  while (!list.empty()) {
    std::string_view element = take_until(list, ',');
    const std::string_view value = take_until(element, ';');
    int weight = 1000;
    while (!element.empty()) {
      const std::string_view parameter = take_until(element, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
        weight = weight_of(parameter.substr(2));
      }
    }
    if (!value.empty()) visit(value, weight);
  }
}

// The weight of a media type by the most specific range that covers it.
int weight_of_type(std::string_view accept, std::string_view type) {
  const std::string any_of_kind = std::string(type.substr(0, type.find('/'))) + "/*";
  int best = 0;
  int specific = -1;
  for_each_weighted(accept, [&](std::string_view range, int weight) {
    const int how = equal_in_any_case(range, type)          ? 2
                    : equal_in_any_case(range, any_of_kind) ? 1
                    : range == "*/*"                        ? 0
                                                            : -1;
    if (how > specific) {
      specific = how;
      best = weight;
    }
  });
  return best;
}

}  // namespace

Format format_of(const Request& request) {
  const std::string* accept = request.header("accept");
  if (accept == nullptr || trimmed(*accept).empty()) return Format::json;
  const int json = weight_of_type(*accept, "application/json");
  const int csv = weight_of_type(*accept, "text/csv");
  if (json == 0 && csv == 0) {
    throw Problem(406, "This path answers application/json and text/csv; accept one of them.");
  }
  return csv > json ? Format::csv : Format::json;
}

bool accepts_gzip(const Request& request) {
  const std::string* accept = request.header("accept-encoding");
  if (accept == nullptr) return false;
  int gzip = -1;
  int any = 0;
  for_each_weighted(*accept, [&](std::string_view coding, int weight) {
    if (equal_in_any_case(coding, "gzip") || equal_in_any_case(coding, "x-gzip")) gzip = weight;
    if (coding == "*") any = weight;
  });
  return (gzip < 0 ? any : gzip) > 0;
}

bool has_already(const Request& request, std::string_view etag) {
  const std::string* header = request.header("if-none-match");
  if (header == nullptr) return false;
  for (std::string_view rest = *header; !rest.empty();) {
    std::string_view tag = take_until(rest, ',');
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

}  // namespace cartograph::api
