// Everything but 2xx is a failure that may pass: a wrong path or key is mended by somebody. 410
// alone says that nobody will.
#include "orchestration/channels.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/error.hpp"
#include "orchestration/durable_file.hpp"
#include "orchestration/http_post.hpp"
#include "orchestration/process.hpp"
#include "orchestration/webhook_signature.hpp"

namespace cartograph::orchestration {
namespace {

namespace asio = boost::asio;

constexpr int kGone = 410;

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

Sent result_of(const HttpAnswer& answer, std::string_view url) {
  if (answer.status >= 200 && answer.status < 300) return {};
  if (answer.status == 0) {
    return {Sent::Result::failed, fmt::format("{}: {}", shown_url(url), answer.error), {}};
  }
  return {answer.status == kGone ? Sent::Result::refused_for_good : Sent::Result::failed,
          fmt::format("{} answered {}", shown_url(url), answer.status), answer.retry_after};
}

Sent post_lineage(const std::string& url, const Waiting& waiting,
                  std::chrono::milliseconds time_max, const std::stop_token& stop) {
  return result_of(post({url, {"Content-Type: application/json"}, waiting.body, time_max}, stop),
                   url);
}

Sent append_lineage(const std::string& file, const Waiting& waiting) {
  try {
    append_line(file, waiting.body);
    return {};
  } catch (const Error& error) {
    return {Sent::Result::failed, error.what(), {}};
  }
}

Sent post_webhook(const NotifySettings& settings, const Waiting& waiting, Instant time,
                  std::chrono::milliseconds time_max, const std::stop_token& stop) {
  std::vector<std::string> headers = webhook_headers(settings.webhook_secret, waiting.id,
                                                     time.micros / kMicrosPerSecond, waiting.body);
  headers.emplace_back("Content-Type: application/json");
  return result_of(post({settings.webhook, std::move(headers), waiting.body, time_max}, stop),
                   settings.webhook);
}

Sent run_command(const std::string& command, const Waiting& waiting,
                 std::chrono::milliseconds time_max, const std::stop_token& stop) {
  asio::io_context context;
  ProcessEnd end;
  {
    ProcessCommand started;
    started.words = {"/bin/sh", "-c", command};
    started.input = waiting.body + "\n";
    started.deadline = time_max;
    started.grace = std::chrono::milliseconds(1000);
    Process process(context.get_executor(), started);
    const auto keep = [](Process& waited, ProcessEnd& kept) -> asio::awaitable<void> {
      kept = co_await waited.wait();
    };
    asio::co_spawn(context, keep(process, end), asio::detached);
    const std::stop_callback on_stop(stop,
                                     [&] { asio::post(context, [&process] { process.stop(); }); });
    context.run();
  }
  if (end.kind == ProcessEnd::Kind::exited && end.status == 0) return {};
  std::string reason = fmt::format("the command of [notify] failed: {}", end.text);
  if (!end.last_lines.empty()) reason += "\n" + end.last_lines;
  return {Sent::Result::failed, std::move(reason), {}};
}

}  // namespace

void expect_usable(const NotifySettings& settings) {
  if (settings.webhook.empty() || is_webhook_secret(settings.webhook_secret)) return;
  throw UsageError(
      fmt::format("notify.webhook needs notify.webhook_secret, which signs what is sent{}: "
                  "\"whsec_\" and the base64 of 24 to 64 random bytes. One is made by: echo "
                  "\"whsec_$(openssl rand -base64 32)\"",
                  settings.webhook_secret.empty() ? "" : " (the one that is given is none)"));
}

std::map<std::string, Channel> channels(const NotifySettings& settings) {
  std::map<std::string, Channel> found;
  if (!settings.command.empty()) {
    found["command"] = [settings](const Waiting& waiting, Instant,
                                  std::chrono::milliseconds time_max, const std::stop_token& stop) {
      return run_command(settings.command, waiting, time_max, stop);
    };
  }
  if (!settings.webhook.empty()) {
    found["webhook"] = [settings](const Waiting& waiting, Instant time,
                                  std::chrono::milliseconds time_max, const std::stop_token& stop) {
      return post_webhook(settings, waiting, time, time_max, stop);
    };
  }
  if (!settings.lineage.empty()) {
    found["lineage"] = [settings](const Waiting& waiting, Instant,
                                  std::chrono::milliseconds time_max, const std::stop_token& stop) {
      return is_url(settings.lineage) ? post_lineage(settings.lineage, waiting, time_max, stop)
                                      : append_lineage(settings.lineage, waiting);
    };
  }
  return found;
}

}  // namespace cartograph::orchestration
