// The tag of an answer is its run and a hash of its bytes: a run that failed, or another version of
// the program, changes answers as well.
#include "api/kept_answer.hpp"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "api/gzip.hpp"
#include "api/negotiation.hpp"
#include "api/target.hpp"
#include "base/json_text.hpp"

namespace cartograph::api {
namespace {

constexpr std::size_t kWorthCompressing = 1024;
constexpr std::size_t kMetaEnd = 3;  // of JSON: "}}\n"

std::string file_name(const Endpoint& endpoint, const Asked& asked, const Reply& reply) {
  std::string name = endpoint.name;
  for (const Parameter& parameter : endpoint.parameters) {
    if (parameter.is_in_path) name += "_" + asked.arguments.text(parameter.name);
  }
  for (const auto& [key, value] : reply.meta) {
    if (key == "from" || key == "to") name += "_" + value;
  }
  return name + "_" + asked.snapshot.published().run_id + ".csv";
}

// Where the next page is: what was asked for, with the range spelt out and the cursor.
std::string next_query(const Endpoint& endpoint, const Asked& asked, const Reply& reply) {
  if (reply.next_cursor.empty()) return {};
  Arguments next = asked.arguments;
  for (const auto& [key, value] : reply.meta) {
    if (endpoint.takes(key)) next.set(key, value);
  }
  next.set("cursor", reply.next_cursor);
  std::string query;
  for (const Parameter& parameter : endpoint.parameters) {
    if (parameter.is_in_path || !next.has(parameter.name)) continue;
    query += (query.empty() ? "" : "&") + parameter.name + "=" +
             percent_encoded(next.text(parameter.name));
  }
  return query;
}

// "published_at" → "X-Published-At"
std::string header_name(std::string_view member) {
  std::string name = "X-";
  bool is_first = true;
  for (const char c : member) {
    name += c == '_' ? '-' : is_first ? static_cast<char>(c - 'a' + 'A') : c;
    is_first = c == '_';
  }
  return name;
}

using Meta = std::vector<std::pair<std::string, std::string>>;

Meta meta_of(const Asked& asked, const Reply& reply) {
  const warehouse::Published& run = asked.snapshot.published();
  Meta meta = {{"run_id", run.run_id},
               {"as_of", run.as_of ? to_string(*run.as_of) : ""},
               {"published_at", to_string(run.published_at)},
               {"currency", asked.snapshot.facts().currency},
               {"timezone", asked.snapshot.facts().timezone}};
  meta.insert(meta.end(), reply.meta.begin(), reply.meta.end());
  return meta;
}

std::string json_of(const Meta& meta, const Reply& reply) {
  std::string body = "{\"data\":" + reply.data + ",\"meta\":{";
  for (const auto& [name, value] : meta) {
    append_json_text(body, name);
    body += ':';
    body += value.empty() ? "null" : json_text(value);
    body += ',';
  }
  body += fmt::format("\"count\":{},\"next_cursor\":{}}}}}\n", reply.count,
                      reply.next_cursor.empty() ? "null" : json_text(reply.next_cursor));
  return body;
}

void add_staleness(Response& response, const KeptAnswer& answer, const Served& served) {
  const auto age =
      served.published_at ? (now().micros - served.published_at->micros) / kMicrosPerSecond : 0;
  const std::string since = to_string(*served.unreachable_since);
  if (answer.meta.empty() && answer.body->ends_with("}}\n")) {
    response.body = std::make_shared<const std::string>(
        answer.body->substr(0, answer.body->size() - kMetaEnd) +
        fmt::format(",\"unreachable_since\":\"{}\",\"age_seconds\":{}}}}}\n", since, age));
  } else {
    response.headers.push_back({"X-Unreachable-Since", since});
    response.headers.push_back({"X-Age-Seconds", std::to_string(age)});
  }
}

}  // namespace

KeptAnswer kept(std::string content_type, std::string body) {
  KeptAnswer answer;
  answer.content_type = std::move(content_type);
  answer.etag_suffix = fmt::format("-{:08x}", XXH3_64bits(body.data(), body.size()) & 0xffffffff);
  if (body.size() >= kWorthCompressing) {
    answer.gzipped = std::make_shared<const std::string>(gzip(body));
  }
  answer.body = std::make_shared<const std::string>(std::move(body));
  return answer;
}

KeptAnswer kept(const Endpoint& endpoint, const Asked& asked, const Reply& reply) {
  const Meta meta = meta_of(asked, reply);
  if (asked.format == Format::json) {
    KeptAnswer answer = kept("application/json", json_of(meta, reply));
    answer.next_query = next_query(endpoint, asked, reply);
    return answer;
  }
  const bool has_mark = asked.arguments.text("bom") == "1";
  KeptAnswer answer =
      kept("text/csv; charset=utf-8", (has_mark ? "\xEF\xBB\xBF" : "") + reply.data);
  answer.file_name = file_name(endpoint, asked, reply);
  for (const auto& [name, value] : meta) answer.meta.emplace_back(header_name(name), value);
  answer.meta.emplace_back("X-Count", std::to_string(reply.count));
  return answer;
}

Response response_of(const KeptAnswer& answer, const Request& request, const Served& served,
                     std::string_view path) {
  Response response;
  const bool is_compressed = answer.gzipped && accepts_gzip(request) && !served.unreachable_since;
  const std::string tag = served.tag + answer.etag_suffix;
  response.headers = {{"Cache-Control", "private, no-cache"}, {"Vary", "Accept, Accept-Encoding"}};
  if (!served.unreachable_since) {
    response.headers.push_back({"ETag", "\"" + tag + (is_compressed ? "-gz\"" : "\"")});
    if (has_already(request, "\"" + tag + "\"") || has_already(request, "\"" + tag + "-gz\"")) {
      response.status = 304;
      return response;
    }
  }
  response.headers.push_back({"Content-Type", answer.content_type});
  if (is_compressed) response.headers.push_back({"Content-Encoding", "gzip"});
  if (!answer.file_name.empty()) {
    response.headers.push_back(
        {"Content-Disposition", "attachment; filename=\"" + answer.file_name + "\""});
  }
  for (const auto& [name, value] : answer.meta) response.headers.push_back({name, value});
  if (!answer.next_query.empty()) {
    response.headers.push_back(
        {"Link", fmt::format("<{}?{}>; rel=\"next\"", path, answer.next_query)});
  }
  response.body = is_compressed ? answer.gzipped : answer.body;
  if (served.unreachable_since) add_staleness(response, answer, served);
  return response;
}

}  // namespace cartograph::api
