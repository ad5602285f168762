// The run log is asked, not the run that has just ended: so a run that was killed before it could
// tell is told of by the next one, once, with the id that its event would have had.
#include "cli/notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "answers/ask.hpp"
#include "answers/runs.hpp"
#include "answers/stock_alerts.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/failed_rejects.hpp"
#include "contracts/feed.hpp"
#include "pipelines/models.hpp"

namespace cartograph::cli {
namespace {

constexpr std::chrono::seconds kDeliveryMax{10};
constexpr std::chrono::seconds kLongDeliveryMax{60};
constexpr std::chrono::seconds kLookAtOutboxEvery{5};
constexpr int kRunsMax = 200;
constexpr int kReasonsMax = 20;
constexpr int kAlertsMax = 100'000;

void add_staging_tables(const std::vector<answers::RunFile>& files, orchestration::EndedRun& run) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    std::int64_t rows = 0;
    bool is_filled = false;
    for (const answers::RunFile& file : files) {
      if (file.feed != feed.name) continue;
      rows += file.rows_staged;
      is_filled = true;
    }
    if (is_filled) run.tables.push_back({feed.staging_table(), rows});
  }
}

void add_model_tables(const std::vector<answers::RunStep>& steps, orchestration::EndedRun& run) {
  for (const pipelines::Model& model : pipelines::models()) {
    if (model.fills.empty()) continue;
    const auto step = std::ranges::find(steps, model.name, &answers::RunStep::step);
    if (step != steps.end()) run.tables.push_back({std::string(model.fills), step->rows});
  }
}

orchestration::EndedRun ended_run(warehouse::Reader& reader, const answers::Run& logged,
                                  const Config& config) {
  orchestration::EndedRun run;
  run.run_id = logged.run_id;
  run.command = logged.command;
  run.is_published = logged.status == "published";
  run.started_at = logged.started_at;
  run.ended_at = logged.finished_at.value_or(logged.started_at);
  run.files = logged.files;
  run.rows_read = logged.rows_read;
  run.rows_staged = logged.rows_staged;
  run.rows_quarantined = logged.rows_quarantined;
  run.error = logged.error.value_or("");
  for (auto& check : answers::ask<answers::CheckResult>(reader, run.run_id, true)) {
    run.failed_checks.push_back({check.check_name, check.table_name, check.severity, check.expected,
                                 check.observed, check.failing_rows});
  }
  const auto rejected = run.is_published
                            ? answers::ask<answers::RejectedCount>(reader, run.run_id, kReasonsMax)
                            : failed_rejects(config, run.run_id);
  for (const auto& reason : rejected)
    run.rejected.push_back({reason.feed, reason.reasons, reason.rows});
  const auto files = answers::ask<answers::RunFile>(reader, run.run_id);
  for (const answers::RunFile& file : files) run.landed_files.push_back(file.source_file);
  add_staging_tables(files, run);
  add_model_tables(answers::ask<answers::RunStep>(reader, run.run_id), run);
  return run;
}

std::vector<orchestration::OpenAlert> open_alerts(warehouse::Reader& reader) {
  std::vector<orchestration::OpenAlert> open;
  for (auto& alert :
       answers::ask<answers::StockAlert>(reader, "open", std::nullopt, kAlertsMax, 0)) {
    open.push_back({alert.sku, alert.product_name.value_or(""), to_string(alert.opened_on),
                    alert.available, alert.reorder_point, alert.shortfall});
  }
  return open;
}

// Those that have ended, oldest first, after `last`.
std::vector<answers::Run> runs_after(warehouse::Reader& reader, const std::string& last) {
  std::vector<answers::Run> runs =
      answers::ask<answers::Run>(reader, std::nullopt, std::nullopt, kRunsMax);
  std::erase_if(
      runs, [&](const answers::Run& run) { return run.status == "running" || run.run_id <= last; });
  std::ranges::reverse(runs);
  return runs;
}

}  // namespace

std::string known_warehouse(const Config& config) {
  constexpr std::string_view kEmbedded = "duckdb:";
  const std::string description = open_warehouse(config)->description();
  if (!description.starts_with(kEmbedded)) return description;
  return std::string(kEmbedded) + std::filesystem::absolute(description.substr(kEmbedded.size()))
                                      .lexically_normal()
                                      .string();
}

std::optional<orchestration::Notifier> notifier(const Config& config) {
  if (config.notify.is_empty()) return std::nullopt;
  return std::make_optional<orchestration::Notifier>(config.notify, config.data,
                                                     known_warehouse(config));
}

// Sends what is due, in a thread of its own: a receiver that hangs holds up no run.
std::jthread empty_outbox(const Config& config) {
  auto telling = notifier(config);
  if (!telling) return {};
  return std::jthread([telling = std::make_shared<orchestration::Notifier>(std::move(*telling))](
                          const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      try {
        telling->deliver(kLongDeliveryMax, stop);
      } catch (const std::exception& error) {
        log::warning(fmt::format("what there is to tell of waits: {}", error.what()));
      }
      stopped.wait_for(lock, stop, kLookAtOutboxEvery, [] { return false; });
    }
  });
}

void deliver_notices(const Config& config) {
  auto telling = notifier(config);
  if (!telling) return;
  try {
    telling->deliver(kDeliveryMax);
  } catch (const std::exception& error) {
    log::warning(fmt::format("what there is to tell of waits: {}", error.what()));
  }
}

Notices::Notices(const Config& config) : config_(config), notifier_(notifier(config)) {
  try {
    begin();
  } catch (const std::exception&) {
    // The run will meet what is wrong, and say so.
  }
}

// From where on runs are told of is noted before the first of them: it may be killed.
void Notices::begin() {
  constexpr std::string_view kBeforeAll = "0";
  if (!notifier_ || !notifier_->last_run().empty()) return;
  const auto warehouse = open_warehouse(config_);
  std::string last(kBeforeAll);
  if (warehouse->exists()) {
    const auto runs = runs_after(*warehouse->reader(), "");
    if (!runs.empty()) last = runs.back().run_id;
  }
  notifier_->tell_of_runs({}, {}, last, {});
}

void Notices::run_ended(const std::stop_token& stop) {
  if (!notifier_) return;
  try {
    tell_of_logged_runs();
  } catch (const std::exception& error) {
    log::warning(fmt::format("nobody was told of the run yet: {}", error.what()));
  }
  deliver(stop);
}

void Notices::run_failed(std::string_view command, const std::string& run_id,
                         const std::exception& error, const std::stop_token& stop) {
  if (!notifier_ || dynamic_cast<const WarehouseBusy*>(&error) != nullptr) return;
  try {
    tell_of_logged_runs();
  } catch (const std::exception&) {
    // A warehouse that cannot be asked is what the failure may be about.
  }
  try {
    // Of one that the run log has told of, the outbox knows this event already.
    const Instant at = now();
    notifier_->tell(orchestration::failure_event(
        command, run_id.empty() ? "of " + to_string(at) : run_id, at, error.what()));
  } catch (const std::exception& second) {
    log::warning(fmt::format("nobody was told of the failure: {}", second.what()));
  }
  deliver(stop);
}

void Notices::tell_of_logged_runs() {
  const auto warehouse = open_warehouse(config_);
  if (!warehouse->exists()) return;
  const auto reader = warehouse->reader();
  const auto logged = runs_after(*reader, notifier_->last_run());
  if (logged.empty()) return;
  std::vector<orchestration::EndedRun> runs;
  bool has_published = false;
  for (const answers::Run& run : logged) {
    if (run.status == "nothing_new") continue;
    runs.push_back(ended_run(*reader, run, config_));
    has_published = has_published || runs.back().is_published;
  }
  notifier_->tell_of_runs(
      runs, has_published ? open_alerts(*reader) : std::vector<orchestration::OpenAlert>{},
      logged.back().run_id,
      {known_warehouse(config_), config_.warehouse_schema,
       std::filesystem::absolute(config_.landing).lexically_normal()});
}

void Notices::deliver(const std::stop_token& stop) {
  try {
    notifier_->deliver(kDeliveryMax, stop);
  } catch (const std::exception& error) {
    log::warning(fmt::format("what there is to tell of waits for the next run: {}", error.what()));
  }
}

}  // namespace cartograph::cli
