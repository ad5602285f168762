// Answers requests: which route, who may, with which parameters, from which run, in which form.
// Knows no sockets, so all of it is tested without one. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "answers/rejected.hpp"
#include "api/access.hpp"
#include "api/access_log.hpp"
#include "api/http_server.hpp"
#include "api/kept_answer.hpp"
#include "api/published_state.hpp"
#include "api/request_figures.hpp"

namespace cartograph::api {

struct ServiceSettings {
  bool is_key_required = false;
  int requests_per_minute = 600;             // a key
  std::vector<std::string> cors_origins;     // "*" for any
  std::vector<std::string> frame_ancestors;  // who may embed the pages
  AccessLog log = AccessLog::none;
  answers::MarkMended mark_mended = answers::mark_none;
  StateSettings state;
  /// More of /internal/metrics, in the text format of Prometheus; asked for each time. May be
  /// empty.
  std::function<std::string()> more_figures;
};

class Service final : public RequestHandler {
 public:
  /// Both must outlive it. It serves the last published run, if there is one, from the start.
  Service(warehouse::Warehouse& warehouse, const KeyRing& keys, ServiceSettings settings);

  Outcome handle(const Request& request) override;
  Response refuse(const Request& request, const Refusal& refusal) override;

  /// Gives up what waits for the warehouse: to be called when no request comes any more, and before
  /// the server goes.
  void stop() { state_.stop(); }

 private:
  struct Exchange;
  Outcome route(const std::shared_ptr<Exchange>& exchange);
  Response options(Exchange& exchange, bool is_known);
  Outcome ask(const std::shared_ptr<Exchange>& exchange, const Endpoint& endpoint,
              Arguments arguments);
  Response plain_page(Exchange& exchange);
  Response health();
  Response readiness();
  Response figures();
  Response finish(Exchange& exchange, Response response);
  Response fail(Exchange& exchange, const std::exception& error);
  Served served(const Snapshot& snapshot) const;
  void prepare(const std::shared_ptr<Snapshot>& snapshot, warehouse::Reader& reader,
               const std::function<void()>& ready);
  void answer_ahead(const std::string& asked, Snapshot& snapshot, warehouse::Reader& reader);

  const ServiceSettings settings_;
  const std::string page_policy_;
  const std::string data_policy_;
  Access access_;
  RequestFigures figures_;
  std::mutex run_figures_mutex_;
  std::string run_figures_;  // of the run log, in the text format of Prometheus
  PublishedState state_;     // the last member: it uses the others from its threads
};

}  // namespace cartograph::api
