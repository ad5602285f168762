// Where events go: a command, a webhook, a file or an endpoint of OpenLineage. One attempt each;
// when to try again is the notifier's business.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "orchestration/outbox.hpp"

namespace cartograph::orchestration {

/// The section [notify] of the configuration; what is empty is not used.
struct NotifySettings {
  std::string command;         // for the shell; the event is its standard input
  std::string webhook;         // an http or https URL
  std::string webhook_secret;  // "whsec_" and base64
  std::string lineage;         // a file, or an http or https URL

  bool is_empty() const { return command.empty() && webhook.empty() && lineage.empty(); }
};

/// Throws UsageError where an event could not be sent with these.
void expect_usable(const NotifySettings& settings);

/// What came of an attempt.
struct Sent {
  enum class Result { delivered, failed, refused_for_good };
  Result result = Result::delivered;
  std::string reason;                // where it is not delivered
  std::chrono::seconds wait_min{0};  // before the next attempt, as the receiver wishes
};

/// Sends one, in the time that it is given, at `time`; gives up where it is stopped.
using Channel =
    std::function<Sent(const Waiting& waiting, Instant time, std::chrono::milliseconds time_max,
                       const std::stop_token& stop)>;

/// Those that the settings name: "command", "webhook", "lineage".
std::map<std::string, Channel> channels(const NotifySettings& settings);

}  // namespace cartograph::orchestration
