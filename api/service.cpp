// A request passes: target, route, key, parameters, kept answer or a question to the warehouse.
// Whatever is wrong is thrown as a Problem and becomes the response.
#include "api/service.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "answers/runs.hpp"
#include "api/pages.hpp"
#include "api/run_figures.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"

namespace cartograph::api {
namespace {

constexpr std::string_view kMethods = "GET, HEAD, OPTIONS";

std::string new_request_id() {
  static std::atomic<std::uint64_t> counter{0};
  const auto number = counter.fetch_add(1, std::memory_order_relaxed);
  return fmt::format("{:x}-{:x}", now().micros, number);
}

// The client's own, where it is harmless to show.
std::string request_id_of(const Request& request) {
  const std::string* given = request.header("x-request-id");
  const auto is_harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (given == nullptr || given->empty() || given->size() > 64 ||
      !std::ranges::all_of(*given, is_harmless)) {
    return new_request_id();
  }
  return *given;
}

// Whether the segments of a path fit a template; fills in what stands for its {names}.
bool matches(std::string_view path, const std::vector<std::string>& segments,
             std::vector<std::pair<std::string, std::string>>& values) {
  values.clear();
  for (const std::string& segment : segments) {
    if (path.empty()) return false;
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (part.starts_with('{')) {
      if (segment.empty()) return false;
      values.emplace_back(part.substr(1, part.size() - 2), segment);
    } else if (part != segment) {
      return false;
    }
  }
  return path.empty() && !segments.empty();
}

bool is_plain(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path == "/internal/metrics";
}

std::string joined(const std::vector<std::string>& segments) {
  return fmt::format("/{}", fmt::join(segments, "/"));
}

Response text_response(int status, std::string type, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}};
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

std::string key_of(const Endpoint& endpoint, const Arguments& arguments, Format format) {
  std::string key = endpoint.path + (format == Format::csv ? "\ncsv" : "\njson");
  for (const auto& [name, value] : arguments.values()) key += "\n" + name + "=" + value;
  return key;
}

std::vector<Parameter> with_forms_and_key(const Endpoint& endpoint) {
  std::vector<Parameter> parameters = endpoint.parameters;
  if (endpoint.is_list) {
    for (const Parameter& parameter : form_parameters()) parameters.push_back(parameter);
  }
  parameters.push_back(key_parameter());
  return parameters;
}

// Of one of endpoints(); made once, since every request asks for them.
const std::vector<Parameter>& all_parameters(const Endpoint& endpoint) {
  static const auto all = [] {
    std::unordered_map<const Endpoint*, std::vector<Parameter>> made;
    for (const Endpoint& known : endpoints()) made[&known] = with_forms_and_key(known);
    return made;
  }();
  return all.at(&endpoint);
}

// The Content-Security-Policy: what may be loaded, and who may embed it.
std::string policy(std::string_view sources, const std::vector<std::string>& ancestors) {
  return fmt::format(
      "{}; base-uri 'none'; form-action 'none'; frame-ancestors {}", sources,
      ancestors.empty() ? "'none'" : fmt::format("'self' {}", fmt::join(ancestors, " ")));
}

}  // namespace

// One request on its way.
struct Service::Exchange {
  Request request;
  std::string id;
  Moment began;
  Target target;
  std::string route = "other";  // for figures
  bool is_document = false;
  Access::Grant grant;
};

Service::Service(warehouse::Warehouse& warehouse, const KeyRing& keys, ServiceSettings settings)
    : settings_(std::move(settings)),
      page_policy_(policy("default-src 'self'; style-src 'self' 'unsafe-inline'; "
                          "img-src 'self' data: blob:; object-src 'none'",
                          settings_.frame_ancestors)),
      data_policy_(policy("default-src 'none'", settings_.frame_ancestors)),
      access_(keys, settings_.is_key_required, settings_.requests_per_minute),
      state_(warehouse, settings_.state,
             [this](const auto& snapshot, auto& reader, const auto& ready) {
               prepare(snapshot, reader, ready);
             }) {}

Outcome Service::handle(const Request& request) {
  const auto exchange = std::make_shared<Exchange>(
      Exchange{request, request_id_of(request), std::chrono::steady_clock::now(), {}, {}, {}, {}});
  exchange->route = "other";
  try {
    Outcome outcome = route(exchange);
    if (outcome.response) outcome.response = finish(*exchange, std::move(*outcome.response));
    return outcome;
  } catch (const std::exception& error) {
    return {finish(*exchange, fail(*exchange, error)), {}};
  }
}

Response Service::refuse(const Request& request, const Refusal& refusal) {
  Exchange exchange{
      request, request_id_of(request), std::chrono::steady_clock::now(), {}, "other", false, {}};
  exchange.target.path = request.target;
  Response response = fail(exchange, Problem(refusal.status, refusal.detail));
  response.close = true;
  return finish(exchange, std::move(response));
}

Outcome Service::route(const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request;
  exchange->target.path = request.target.substr(0, request.target.find('?'));
  exchange->target = parse_target(request.target);
  const Target& target = exchange->target;
  const std::string path = joined(target.segments);

  const Endpoint* endpoint = nullptr;
  std::vector<std::pair<std::string, std::string>> values;
  for (const Endpoint& known : endpoints()) {
    if (matches(known.path, target.segments, values)) {
      endpoint = &known;
      break;
    }
  }
  const bool is_known = endpoint != nullptr || is_plain(path) || pages().contains(path);
  if (request.method == "OPTIONS") {
    return {options(*exchange, is_known || target.is_asterisk), {}};
  }
  if (target.is_asterisk) throw Problem(400, "Only OPTIONS asks for *.");
  if (!is_known) {
    throw Problem(404, fmt::format("There is no path {}; /openapi.json lists them.", path));
  }
  if (request.method != "GET" && request.method != "HEAD") {
    throw Problem(405, "This API is read only.", {{"Allow", std::string(kMethods)}});
  }
  exchange->route = endpoint != nullptr ? endpoint->path : path;
  if (path != "/healthz") {
    exchange->grant = access_.admit(request, target, path, exchange->began);
  }
  if (endpoint == nullptr) return {plain_page(*exchange), {}};

  auto given = target.query;
  for (auto& value : values) given.push_back(std::move(value));
  return ask(exchange, *endpoint, read_arguments(all_parameters(*endpoint), given));
}

// Preflights ask without a key.
Response Service::options(Exchange& exchange, bool is_known) {
  if (!is_known) throw Problem(404, "There is no such path; /openapi.json lists them.");
  Response response;
  response.status = 204;
  response.headers = {{"Allow", std::string(kMethods)}};
  if (exchange.request.header("access-control-request-method") != nullptr) {
    response.headers.push_back({"Access-Control-Allow-Methods", "GET, HEAD"});
    response.headers.push_back(
        {"Access-Control-Allow-Headers", "Authorization, Accept, If-None-Match, X-Request-Id"});
    response.headers.push_back({"Access-Control-Max-Age", "600"});
  }
  return response;
}

Outcome Service::ask(const std::shared_ptr<Exchange>& exchange, const Endpoint& endpoint,
                     Arguments arguments) {
  Format format = Format::json;
  if (exchange->grant.is_export && !endpoint.is_list) {
    throw Problem(403, "An export key reads CSV only, which this path does not have.");
  }
  if (endpoint.is_list) {
    const std::string asked = arguments.text("format");
    format = exchange->grant.is_export ? Format::csv
             : asked.empty()           ? format_of(exchange->request)
             : asked == "csv"          ? Format::csv
                                       : Format::json;
  }
  arguments.take_away("format");
  arguments.take_away("key");
  const auto snapshot = state_.current();
  if (!snapshot) {
    throw Problem(503, "No run has been published yet: `cartograph run` makes one.",
                  {{"Retry-After", "10"}});
  }
  const std::string key = key_of(endpoint, arguments, format);
  if (const auto answer = snapshot->find(key)) {
    return {response_of(*answer, exchange->request, served(*snapshot), exchange->target.path), {}};
  }
  // The rest may take a while.
  return {
      std::nullopt, [this, exchange, &endpoint, arguments = std::move(arguments), key,
                     format](const Outcome::Answer& answer) {
        const auto failed = [this, exchange, answer](const std::exception& error) {
          answer(finish(*exchange, fail(*exchange, error)));
        };
        const bool is_taken = state_.submit(
            {[this, exchange, &endpoint, arguments, key, format, answer](
                 const std::shared_ptr<Snapshot>& from, warehouse::Reader& reader) {
               // Another request may have asked the same meanwhile.
               auto found = from->find(key);
               if (!found) {
                 const Asked asked{arguments, *from, reader, settings_.mark_mended, format};
                 found = std::make_shared<const KeptAnswer>(
                     kept(endpoint, asked, endpoint.answer(asked)));
                 from->keep(key, found, false);
               }
               answer(finish(*exchange, response_of(*found, exchange->request, served(*from),
                                                    exchange->target.path)));
             },
             failed});
        if (!is_taken) {
          failed(Problem(503, "Too many requests wait for the warehouse.", {{"Retry-After", "2"}}));
        }
      }};
}

Served Service::served(const Snapshot& snapshot) const {
  return {snapshot.published().run_id, state_.unreachable_since(),
          snapshot.published().published_at};
}

Response Service::plain_page(Exchange& exchange) {
  const std::string path = joined(exchange.target.segments);
  if (path == "/healthz") return health();
  if (path == "/readyz") return readiness();
  if (path == "/internal/metrics") return figures();
  const StaticPage& page = pages().at(path);
  exchange.is_document = page.is_document;
  return response_of(page.answer, exchange.request, {"page", std::nullopt, std::nullopt},
                     exchange.target.path);
}

Response Service::health() {
  return text_response(200, "application/json", "{\"status\":\"ok\"}\n");
}

Response Service::readiness() {
  const auto snapshot = state_.current();
  const auto since = state_.unreachable_since();
  const std::string run = snapshot ? json_text(snapshot->published().run_id) : std::string("null");
  const bool is_ready = snapshot && !since;
  Response response = text_response(
      is_ready ? 200 : 503, "application/json",
      fmt::format("{{\"status\":\"{}\",\"run_id\":{},\"unreachable_since\":{}}}\n",
                  is_ready   ? "ready"
                  : snapshot ? "the warehouse cannot be reached; the last published run is served"
                             : "no run has been published yet",
                  run, since ? json_text(to_string(*since)) : "null"));
  if (!is_ready) response.headers.push_back({"Retry-After", "5"});
  return response;
}

Response Service::figures() {
  std::string text = figures_.text();
  const auto gauge = [&](std::string_view name, std::string_view help, auto value) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
  };
  gauge("cartograph_questions_waiting", "Requests that wait for the warehouse.", state_.waiting());
  gauge("cartograph_warehouse_reachable", "1 where the warehouse can be reached.",
        state_.unreachable_since() ? 0 : 1);
  if (const auto snapshot = state_.current()) {
    const warehouse::Published& run = snapshot->published();
    gauge("cartograph_published_timestamp_seconds", "When the run that is served was published.",
          run.published_at.micros / kMicrosPerSecond);
    gauge("cartograph_data_age_seconds", "Time since the run that is served was published.",
          (now().micros - run.published_at.micros) / kMicrosPerSecond);
    if (run.as_of) {
      gauge("cartograph_as_of_timestamp_seconds", "The day up to which the figures go.",
            run.as_of->start_utc().micros / kMicrosPerSecond);
    }
  }
  {
    const std::lock_guard lock(run_figures_mutex_);
    text += run_figures_;
  }
  if (settings_.more_figures) text += settings_.more_figures();
  return text_response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text));
}

// What every response has, and what HEAD leaves out.
Response Service::finish(Exchange& exchange, Response response) {
  auto& headers = response.headers;
  headers.push_back({"X-Request-Id", exchange.id});
  for (Header& header : exchange.grant.headers) headers.push_back(header);
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  headers.push_back({"Referrer-Policy", "no-referrer"});
  headers.push_back(
      {"Content-Security-Policy", exchange.is_document ? page_policy_ : data_policy_});
  const std::string* origin = exchange.request.header("origin");
  if (origin != nullptr && !settings_.cors_origins.empty()) {
    const bool is_any =
        std::ranges::find(settings_.cors_origins, "*") != settings_.cors_origins.end();
    if (is_any ||
        std::ranges::find(settings_.cors_origins, *origin) != settings_.cors_origins.end()) {
      headers.push_back({"Access-Control-Allow-Origin", is_any ? "*" : *origin});
      headers.push_back({"Access-Control-Expose-Headers",
                         "ETag, Link, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, "
                         "RateLimit-Reset, Retry-After, Content-Disposition"});
    }
    headers.push_back({"Vary", "Origin"});
  }
  response.without_body = exchange.request.method == "HEAD";
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - exchange.began);
  figures_.count(exchange.route, response.status, took);
  log_access(settings_.log, exchange.request, response, {exchange.id, exchange.grant.name, took});
  return response;
}

// The one table from errors to statuses.
Response Service::fail(Exchange& exchange, const std::exception& error) {
  const auto respond = [&](const Problem& problem) {
    return api::response_of(problem, exchange.target.path, exchange.id);
  };
  if (const auto* problem = dynamic_cast<const Problem*>(&error)) return respond(*problem);
  if (dynamic_cast<const NotFound*>(&error) != nullptr) return respond(Problem(404, error.what()));
  if (dynamic_cast<const UsageError*>(&error) != nullptr) {
    return respond(Problem(422, error.what()));
  }
  if (dynamic_cast<const TransientError*>(&error) != nullptr ||
      dynamic_cast<const Stopped*>(&error) != nullptr) {
    log::warning(fmt::format("request {}: {}", exchange.id, error.what()));
    return respond(Problem(503,
                           "The warehouse cannot be asked just now, and this answer is not among "
                           "those that are kept.",
                           {{"Retry-After", "5"}}));
  }
  log::error(fmt::format("request {}: {}", exchange.id, error.what()));
  return respond(Problem(500, fmt::format("Something is wrong with the server, or with what it "
                                          "reads; its log says more about request {}.",
                                          exchange.id)));
}

// What the dashboard asks first is computed ahead, so that it is there when the warehouse is not.
// Where that takes long the rest follows when the new run is served.
void Service::prepare(const std::shared_ptr<Snapshot>& snapshot, warehouse::Reader& reader,
                      const std::function<void()>& ready) {
  constexpr std::chrono::milliseconds kServedAfter{500};
  const auto began = std::chrono::steady_clock::now();
  for (const std::string& asked_first : prepared_targets()) {
    if (std::chrono::steady_clock::now() - began > kServedAfter) ready();
    try {
      answer_ahead(asked_first, *snapshot, reader);
    } catch (const TransientError& error) {
      // Of a cluster that has lost a worker some answers cannot be had, and the others can.
      reader.renew();
      const auto& published = reader.published();
      if (!published || published->run_id != snapshot->published().run_id) throw;
      log::warning(fmt::format("{} is not answered ahead: {}", asked_first, error.what()));
    }
  }
  const std::lock_guard lock(run_figures_mutex_);
  run_figures_ = run_figures(reader);
}

void Service::answer_ahead(const std::string& asked, Snapshot& snapshot,
                           warehouse::Reader& reader) {
  const Target target = parse_target(asked);
  std::vector<std::pair<std::string, std::string>> values;
  for (const Endpoint& endpoint : endpoints()) {
    if (!matches(endpoint.path, target.segments, values)) continue;
    auto given = target.query;
    given.insert(given.end(), values.begin(), values.end());
    const Arguments arguments = read_arguments(all_parameters(endpoint), given);
    const Asked question{arguments, snapshot, reader, settings_.mark_mended, Format::json};
    snapshot.keep(
        key_of(endpoint, arguments, Format::json),
        std::make_shared<const KeptAnswer>(kept(endpoint, question, endpoint.answer(question))),
        true);
    return;
  }
}

}  // namespace cartograph::api
