// serve: the API and the dashboard, until stopped.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "api/http_server.hpp"
#include "api/service.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/beside.hpp"
#include "cli/commands.hpp"
#include "cli/job_figures.hpp"
#include "cli/job_settings.hpp"
#include "cli/mended_rows.hpp"
#include "cli/stop_signals.hpp"
#include "cli/watching.hpp"

namespace cartograph::cli {
namespace {

constexpr rlim_t kDescriptorsWanted = 65'536;
constexpr std::size_t kDescriptorsOfOurs = 256;

// As many connections as the system lets this process have.
std::size_t connections_max() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < kDescriptorsWanted) {
    limit.rlim_cur = std::min(limit.rlim_max, kDescriptorsWanted);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  return std::min<std::size_t>(16'000,
                               std::max(descriptors, 2 * kDescriptorsOfOurs) - kDescriptorsOfOurs);
}

api::ServiceSettings service_settings(const Config& config, bool is_key_required) {
  api::ServiceSettings settings;
  settings.is_key_required = is_key_required;
  settings.requests_per_minute = config.api_requests_per_minute;
  settings.cors_origins = config.api_cors_origins;
  settings.frame_ancestors = config.api_frame_ancestors;
  settings.log = config.quiet                  ? api::AccessLog::none
                 : config.log_format == "json" ? api::AccessLog::json
                                               : api::AccessLog::text;
  settings.mark_mended = mark_mended(config);
  settings.state.answer_max = std::chrono::seconds(config.api_answer_seconds_max);
  settings.state.currency = config.reporting_currency;
  settings.state.timezone = config.reporting_timezone;
  settings.state.week_begins = config.week_starts == "sunday" ? 1 : 0;
  settings.state.year_begins = config.fiscal_year_starts - 1;
  return settings;
}

// Keys would cross a network in the clear: only whoever says so may have that.
void refuse_plain_keys(const Config& config, bool is_loopback, bool is_insecure) {
  if (is_loopback || is_insecure) return;
  throw UsageError(fmt::format(
      "{} is reached from other machines, and keys would be sent there over plain HTTP. Listen on "
      "127.0.0.1 behind a server with TLS (docs/api.md has one), or say --insecure where something "
      "else protects the way, as between containers",
      config.api_host));
}

struct Given {
  std::string host;
  int port = -1;
  bool is_insecure = false;
  bool with_schedule = false;
  bool with_watch = false;
};

// Reads the keys again where they were changed, twice a second.
std::jthread follow_keys(api::KeyRing& keys) {
  return std::jthread([&keys](const std::stop_token& stop) {
    std::string told;
    while (!stop.stop_requested()) {
      try {
        keys.refresh();
        told.clear();
      } catch (const Error& error) {
        if (told != error.what()) log::error(told = error.what());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  });
}

int serve(const Config& config, const Given& given) {
  const bool is_loopback = api::is_loopback(config.api_host);
  refuse_plain_keys(config, is_loopback, given.is_insecure);
  const StopSignals signals;
  // A server is there all the time, beside the runs.
  constexpr unsigned kMemoryPercentOfMachine = 20;
  const auto warehouse = open_warehouse(config, kMemoryPercentOfMachine);
  api::KeyRing keys{api::KeyFile(config.data)};
  const bool is_key_required = config.api_require_key || !is_loopback;
  if (is_key_required && keys.is_empty()) {
    log::warning("a key is required and there is none: cartograph key add NAME makes one");
  }

  api::ServerSettings settings;
  settings.host = config.api_host;
  settings.port = config.api_port;
  const unsigned threads = config.threads > 0 ? static_cast<unsigned>(config.threads)
                                              : std::thread::hardware_concurrency();
  settings.threads = static_cast<int>(std::clamp(threads / 2, 1U, 8U));
  settings.connections_max = connections_max();
  api::ServiceSettings settings_of_service = service_settings(config, is_key_required);
  settings_of_service.more_figures = [&config] { return job_figures(config); };
  api::Service service(*warehouse, keys, settings_of_service);
  api::HttpServer server(settings, service);
  const std::jthread following = follow_keys(keys);

  const std::string host = config.api_host.find(':') == std::string::npos
                               ? config.api_host
                               : "[" + config.api_host + "]";
  std::cout << fmt::format("http://{}:{}/\n", host, server.port()) << std::flush;
  log::info(fmt::format("serving {} on port {}", warehouse->description(), server.port()));
  Beside beside(signals.token());
  if (given.with_watch) {
    beside.run([&](const std::stop_token& stop) { watch_landing(config, false, stop); });
  }
  if (given.with_schedule) beside.run([&](const std::stop_token& stop) { schedule(config, stop); });
  server.run(beside.token());
  service.stop();
  beside.end();
  log::info("stopped");
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("serve", "The API and the dashboard, until stopped");
  const auto given = std::make_shared<Given>();
  command->add_option("--host", given->host, "Address to listen on (default 127.0.0.1)");
  command->add_option("--port", given->port, "Port (default 8080; 0: any that is free)")
      ->check(CLI::Range(0, 65535));
  command->add_flag("--insecure", given->is_insecure,
                    "Let keys come over plain HTTP from other machines");
  command->add_flag("--with-schedule", given->with_schedule,
                    "Also run the jobs at their times, as schedule does");
  command->add_flag("--with-watch", given->with_watch,
                    "Also run whenever the landing folder changes, as watch does");
  command->callback([&action, given] {
    action = [given](const Config& config) {
      Config chosen = config;
      if (!given->host.empty()) chosen.api_host = given->host;
      if (given->port >= 0) chosen.api_port = given->port;
      return serve(chosen, *given);
    };
  });
}

}  // namespace cartograph::cli
