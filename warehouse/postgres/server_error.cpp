// Of a statement the server gives a code; of a connection that could not be made there are only
// words.
#include "warehouse/postgres/server_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/error.hpp"
#include "warehouse/engine_words.hpp"

namespace cartograph::warehouse::postgres {
namespace {

bool is_transient(std::string_view state) {
  constexpr std::array<std::string_view, 8> kStates = {
      "40001",                    // serialisation failure
      "40P01",                    // deadlock
      "57P01", "57P02", "57P03",  // the server is shut down, has crashed, is starting
      "57P05", "25P03",           // the session, or its transaction, was idle for too long
      "53300",                    // too many connections
  };
  return state.starts_with("08") ||
         std::find(kStates.begin(), kStates.end(), state) != kStates.end();
}

bool has_one_of(std::string_view words, std::span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return words.find(part) != std::string_view::npos;
  });
}

bool is_transient_refusal(std::string_view words) {
  constexpr std::array<std::string_view, 14> kPassing = {"Connection refused",
                                                         "timeout expired",
                                                         "timed out",
                                                         "could not translate host name",
                                                         "server closed the connection",
                                                         "Connection reset",
                                                         "No route to host",
                                                         "Network is unreachable",
                                                         "Host is unreachable",
                                                         "Is the server running",
                                                         "the database system is",
                                                         "too many",
                                                         "remaining connection slots",
                                                         "terminating connection"};
  return has_one_of(words, kPassing);
}

// What a cluster's coordinator says of a worker that it has lost: without a code of its own, but
// with libpq's words for the connection to it.
bool is_lost_worker(std::string_view state, std::string_view words) {
  constexpr std::string_view kInternalError = "XX000";
  constexpr std::array<std::string_view, 5> kLost = {
      "failure on connection marked as essential", "SSL SYSCALL error",
      "SSL connection has been closed", "connection not open", "no connection to the server"};
  return state == kInternalError && (has_one_of(words, kLost) || is_transient_refusal(words));
}

// Which worker of a cluster has refused, in the words of its coordinator.
std::string_view worker_in(std::string_view context) {
  const std::size_t begin = context.find("while executing command on ");
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = context.substr(begin);
  return rest.substr(0, rest.find('\n'));
}

std::string_view field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

}  // namespace

std::string_view state_of(const PGresult* result) { return field(result, PG_DIAG_SQLSTATE); }

void throw_refusal(const PGresult* result) {
  std::string text = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
  for (const int code : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
    if (const std::string more = one_line(field(result, code)); !more.empty()) text += "; " + more;
  }
  if (const auto worker = worker_in(field(result, PG_DIAG_CONTEXT)); !worker.empty()) {
    text += fmt::format("; {}", worker);
  }
  constexpr std::string_view kDiskFull = "53100";
  const std::string_view state = state_of(result);
  if (state == kDiskFull) text += "; make room on the server's disk";
  text += fmt::format(" ({})", state);
  if (is_transient(state) || is_lost_worker(state, text)) throw TransientError(text);
  throw Error(text);
}

void throw_unreachable(const std::string& warehouse, const PGconn* connection) {
  const std::string text = fmt::format("cannot connect to the warehouse {}: {}", warehouse,
                                       one_line(PQerrorMessage(connection)));
  if (is_transient_refusal(text)) throw TransientError(text);
  throw Error(text);
}

}  // namespace cartograph::warehouse::postgres
