// Requests and their responses without a socket, on the golden store.
#include "api/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <future>

#include "api/endpoint.hpp"
#include "tests/support.hpp"

namespace cartograph::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() : ring_(KeyFile(folder_.path())) {}

  void publish() {
    store_.land_golden();
    store_.run();
  }
  void start(ServiceSettings settings = {}) {
    settings.state.currency = "USD";
    settings.state.timezone = "UTC";
    service_ = std::make_unique<Service>(store_.warehouse(), ring_, std::move(settings));
  }

  Outcome outcome(const std::string& target, std::vector<Header> headers = {},
                  const std::string& method = "GET") {
    if (!service_) start();
    Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.peer = "127.0.0.1";
    return service_->handle(request);
  }
  // The response, at once or later.
  Response ask(const std::string& target, std::vector<Header> headers = {},
               const std::string& method = "GET") {
    Outcome outcome = this->outcome(target, std::move(headers), method);
    if (outcome.response) return *outcome.response;
    std::promise<Response> answer;
    outcome.later([&](Response response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  static std::string header(const Response& response, std::string_view name) {
    const std::string* value = response.header(name);
    return value == nullptr ? "" : *value;
  }
  static std::string body(const Response& response) {
    return response.body ? *response.body : std::string();
  }

  tests::TemporaryFolder folder_;
  tests::SmallStore store_;
  KeyRing ring_;
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, AnswersEveryPathFromThePublishedRun) {
  publish();
  for (const Endpoint& endpoint : endpoints()) {
    if (endpoint.path.starts_with("/explain") || endpoint.path == "/runs/{id}") continue;
    for (const std::string& path : concrete_paths(endpoint)) {
      const Response response = ask(path);
      ASSERT_EQ(response.status, 200) << path << body(response);
      const auto answer = boost::json::parse(body(response)).as_object();
      EXPECT_TRUE(answer.at("data").is_array()) << path;
      EXPECT_FALSE(answer.at("meta").at("run_id").as_string().empty()) << path;
      EXPECT_EQ(body(ask("/v1" + path)), body(response)) << path;
    }
  }
}

TEST_F(ServiceTest, KeepsAnAnswerForWhoeverAsksTheSameAgain) {
  publish();
  const std::string target = "/metrics/daily?from=2025-03-01&to=2025-03-07";
  EXPECT_FALSE(outcome(target).response) << "the warehouse is asked";
  const Response first = ask(target);
  const auto again = outcome("/metrics/daily?to=2025-03-07&from=2025-03-01&limit=100").response;
  ASSERT_TRUE(again) << "other words for the same";
  EXPECT_EQ(again->body, first.body);
  EXPECT_TRUE(outcome("/metrics/summary").response) << "the dashboard asks it first";
}

TEST_F(ServiceTest, SendsNothingAgainThatAClientHas) {
  publish();
  const std::string tag = header(ask("/runs"), "ETag");
  const Response response = ask("/runs", {{"If-None-Match", "\"other\", " + tag}});
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(body(response), "");
  EXPECT_EQ(header(response, "ETag"), tag);
  EXPECT_EQ(ask("/runs", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(ServiceTest, SaysOfHeadWhatGetWouldGive) {
  publish();
  const Response get = ask("/quality/latest");
  const Response head = ask("/quality/latest", {}, "HEAD");
  EXPECT_TRUE(head.without_body);
  EXPECT_EQ(head.size(), get.size());
  EXPECT_EQ(header(head, "ETag"), header(get, "ETag"));
}

TEST_F(ServiceTest, LeadsFromPageToPage) {
  publish();
  std::string target = "/metrics/daily?from=2025-03-01&to=2025-03-05&limit=2";
  std::vector<std::size_t> pages;
  while (!target.empty()) {
    const Response page = ask(target);
    ASSERT_EQ(page.status, 200) << body(page);
    pages.push_back(boost::json::parse(body(page)).at("data").as_array().size());
    const std::string link = header(page, "Link");
    EXPECT_TRUE(link.empty() || link.ends_with(">; rel=\"next\"")) << link;
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  EXPECT_THAT(pages, testing::ElementsAre(2, 2, 1));
}

TEST_F(ServiceTest, GivesCsvToWhoeverPrefersIt) {
  publish();
  for (const Response& response :
       {ask("/runs", {{"Accept", "text/csv"}}), ask("/runs?format=csv")}) {
    EXPECT_EQ(header(response, "Content-Type"), "text/csv; charset=utf-8");
    EXPECT_THAT(body(response), StartsWith("run_id,command,status,"));
    EXPECT_THAT(header(response, "Content-Disposition"), HasSubstr("filename=\"runs_"));
  }
  EXPECT_EQ(ask("/runs", {{"Accept", "image/png"}}).status, 406);
}

TEST_F(ServiceTest, SaysWhatIsWrongWithARequest) {
  publish();
  for (const auto& [target, status] : std::vector<std::pair<std::string, int>>{
           {"/none", 404},
           {"/metrics/daily/", 404},
           {"/runs/none", 404},
           {"/explain/orders/none", 404},
           {"/explain/days/1970-01-01", 404},
           {"/metrics/daily?form=2025-03-01", 422},
           {"/explain/days/yesterday", 422},
           {"/ltv/31", 422},
           {"/metrics/daily?cursor=daily~x", 422},
           {"/quarantine?cursor=quarantine~1~20200101T000000000000Z-000000", 410},
           {"/metrics/daily?from=%zz", 400},
           {"metrics", 400}}) {
    const Response response = ask(target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
    const auto problem = boost::json::parse(body(response)).as_object();
    EXPECT_EQ(problem.at("status").to_number<int>(), status);
    EXPECT_EQ(problem.at("request_id").as_string(), header(response, "X-Request-Id"));
  }
}

TEST_F(ServiceTest, IsReadOnly) {
  publish();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "get"}) {
    const Response response = ask("/runs", {}, method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD, OPTIONS");
  }
  EXPECT_EQ(ask("/runs", {}, "OPTIONS").status, 204);
  EXPECT_EQ(ask("*", {}, "OPTIONS").status, 204);
  EXPECT_EQ(ask("/none", {}, "OPTIONS").status, 404);
}

TEST_F(ServiceTest, WaitsForTheFirstRun) {
  EXPECT_EQ(ask("/healthz").status, 200);
  EXPECT_EQ(ask("/readyz").status, 503);
  const Response response = ask("/metrics/daily");
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(header(response, "Retry-After"), "");
  EXPECT_EQ(ask("/openapi.json").status, 200);
}

TEST_F(ServiceTest, TakesARequestsIdWhereItIsHarmless) {
  EXPECT_EQ(header(ask("/healthz", {{"X-Request-Id", "mine-1"}}), "X-Request-Id"), "mine-1");
  EXPECT_NE(header(ask("/healthz", {{"X-Request-Id", "mine\"1"}}), "X-Request-Id"), "mine\"1");
}

TEST_F(ServiceTest, CountsWhatItDoesByRoute) {
  publish();
  ask("/ltv/30");
  ask("/ltv/7");
  ask("/no/such/path");
  ask("/ltv/8");
  const std::string figures = body(ask("/internal/metrics"));
  EXPECT_THAT(figures, HasSubstr("http_requests_total{path=\"/ltv/{days}\",status=\"200\"} 2\n"));
  EXPECT_THAT(figures, HasSubstr("http_requests_total{path=\"/ltv/{days}\",status=\"422\"} 1\n"));
  EXPECT_THAT(figures, HasSubstr("http_requests_total{path=\"other\",status=\"404\"} 1\n"));
  EXPECT_THAT(figures, HasSubstr("cartograph_runs_total{command=\"run\",status=\"published\"} 1"));
}

}  // namespace
}  // namespace cartograph::api
