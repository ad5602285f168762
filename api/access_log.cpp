// One write a line, so that lines of several threads do not mix.
#include "api/access_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "api/target.hpp"
#include "base/instant.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"

namespace cartograph::api {
namespace {

std::string_view agent_of(const Request& request) {
  const std::string* agent = request.header("user-agent");
  return agent == nullptr ? std::string_view("-") : *agent;
}

}  // namespace

std::string access_line(AccessLog form, const Request& request, const Response& response,
                        const AccessEntry& entry) {
  const std::string target = without_secrets(request.target);
  const double milliseconds = static_cast<double>(entry.took.count()) / 1000;
  if (form == AccessLog::text) {
    return fmt::format("{} {} {} {} {} {}B {:.2f}ms {} {}", to_string(now()), request.peer,
                       printable_name(request.method), target, response.status, response.size(),
                       milliseconds, entry.key_name.empty() ? "-" : entry.key_name,
                       entry.request_id);
  }
  return fmt::format(
      R"({{"time":"{}","level":"info","message":"request","peer":{},"method":{},"target":{},)"
      R"("status":{},"bytes":{},"milliseconds":{:.2f},"key":{},"request_id":{},"user_agent":{}}})",
      to_string(now()), json_text(request.peer), json_text(printable(request.method)),
      json_text(target), response.status, response.size(), milliseconds, json_text(entry.key_name),
      json_text(entry.request_id), json_text(printable(agent_of(request))));
}

void log_access(AccessLog form, const Request& request, const Response& response,
                const AccessEntry& entry) {
  if (form == AccessLog::none) return;
  const std::string line = access_line(form, request, response, entry) + "\n";
  // Where nobody reads the log the server goes on.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace cartograph::api
