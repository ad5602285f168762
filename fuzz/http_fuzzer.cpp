// The head of a request, its target and parameters, and what is answered to it: whatever the bytes,
// there is a response, of a status that is not our fault, whose head is of one piece and whose
// problem is JSON. There is no warehouse: what would ask it is refused after it was understood.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/access_log.hpp"
#include "api/http_head.hpp"
#include "api/service.hpp"
#include "base/error.hpp"

namespace cartograph::api {
namespace {

class NoWarehouse final : public warehouse::Warehouse {
 public:
  std::string description() const override { return "none"; }
  bool exists() const override { return false; }
  std::unique_ptr<warehouse::Reader> reader() override { throw Error("there is none"); }
  std::unique_ptr<warehouse::PublicationWatch> watch() override { throw Error("there is none"); }
  std::unique_ptr<warehouse::Writer> writer(const warehouse::RunMark&) override {
    throw Error("there is none");
  }

 private:
  warehouse::SqlFolders sql_folders() const override { return {}; }
};

Service& service() {
  static NoWarehouse none;
  static const KeyRing keys(KeyFile("/nonexistent"));
  static Service only(none, keys, {.cors_origins = {"https://a.example"}});
  return only;
}

void expect(bool holds, std::string_view what) {
  if (holds) return;
  fmt::print(stderr, "not so: {}\n", what);
  std::abort();
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void check(const Request& request, const Response& response) {
  expect(reason_phrase(response.status) != "Unknown", "the status has a name");
  expect(response.status < 500 || response.status == 503, "the fault is not the server's");
  for (const Header& header : response.headers) {
    expect(is_one_line(header.name) && is_one_line(header.value), "a header is one line");
  }
  for (const AccessLog form : {AccessLog::text, AccessLog::json}) {
    const std::string line = access_line(form, request, response, {"id", "", {}});
    expect(is_one_line(line), "a line of the log is one line");
    if (form == AccessLog::json) boost::json::parse(line);
  }
  const std::string* type = response.header("content-type");
  if (type != nullptr && *type == "application/problem+json") boost::json::parse(*response.body);
}

}  // namespace
}  // namespace cartograph::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cartograph::api;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;  // the server waits for the rest
  static const ServerSettings settings;
  Request request;
  request.peer = "127.0.0.1";
  const auto refusal = HeadParser(request, settings).read(bytes.substr(0, end + 4));
  if (refusal) {
    check(request, service().refuse(request, *refusal));
    return 0;
  }
  const Outcome outcome = service().handle(request);
  expect(outcome.response.has_value(), "it is answered at once");
  check(request, *outcome.response);
  return 0;
}
