// All schemas of a database share one channel, because a channel's name is shorter than a schema's
// may be: what tells them apart is the notification's payload.
#include "warehouse/postgres/run_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/published.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::string_view kChannel = "cartograph_published";
// A notification that is lost on the way, with a pooler for example, is made up for.
constexpr std::chrono::seconds kLookAgain{30};

}  // namespace

std::string notification_of(const std::string& schema) {
  return fmt::format("select pg_notify('{}', {})", kChannel, quote_literal(schema));
}

RunWatch::RunWatch(std::string url, const Options& options)
    : url_(std::move(url)), options_(options) {
  try {
    connect();
    seen_ = latest_run();
  } catch (const TransientError& error) {
    log::info(fmt::format("publications are not noticed yet: {}", error.what()));
  }
}

bool RunWatch::changed() {
  if (!session_ || !session_->is_alive()) {
    connect();
  } else if (!is_time_to_look()) {
    return false;
  }
  std::string run = latest_run();
  const bool has_changed = !run.empty() && run != seen_;
  seen_ = std::move(run);
  return has_changed;
}

void RunWatch::connect() {
  session_.reset();
  session_ = std::make_unique<Session>(url_, options_);
  is_listening_ = true;
  try {
    session_->execute(fmt::format("listen {}", kChannel));
  } catch (const TransientError&) {
    throw;
  } catch (const Error& error) {
    // A standby cannot listen: its row is looked at each time.
    is_listening_ = false;
    log::info(fmt::format("publications are looked for, not listened for: {}", error.what()));
  }
}

bool RunWatch::is_time_to_look() {
  const auto heard = session_->notifications();
  const bool is_meant = std::find(heard.begin(), heard.end(), options_.schema) != heard.end();
  // Holds until a look has succeeded.
  if (is_meant || !is_listening_) looked_at_ = {};
  return std::chrono::steady_clock::now() - looked_at_ > kLookAgain;
}

std::string RunWatch::latest_run() {
  const auto published = read_published(*session_);
  looked_at_ = std::chrono::steady_clock::now();
  return published ? published->run_id : std::string();
}

}  // namespace cartograph::warehouse::postgres
