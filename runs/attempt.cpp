// The warehouse's publication is the moment of truth: the lake follows it, now or at the next run.
#include "runs/attempt.hpp"

#include <fmt/format.h>

#include <random>

#include "base/error.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"
#include "runs/settling.hpp"
#include "runs/tables.hpp"
#include "runs/warehouse_settings.hpp"
#include "warehouse/spill_folder.hpp"

namespace cartograph::runs {
namespace {

constexpr std::string_view kAsItWas = "\nNothing was published; the warehouse is as it was.";

// Sorts by time and is never given twice.
std::string new_run_id(Instant at) {
  std::string text = to_string(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == '.'; });
  std::random_device device;
  return fmt::format("{}-{:06x}", text, device() & 0xFFFFFF);
}

}  // namespace

Attempt::Attempt(const RunSettings& settings, Source source, RunObserver& observer,
                 const std::optional<Earlier>& earlier)
    : settings_(settings),
      source_(source),
      observer_(observer),
      earlier_(earlier),
      mark_{new_run_id(now()), source == Source::landing ? "run" : "rebuild", now()},
      log_(mark_, observer),
      lake_(settings.engine),
      pickup_(settings, log_, observer, lake_) {}

RunOutcome Attempt::run() {
  try {
    take_warehouse();
  } catch (const TransientError& error) {
    throw TransientError(fmt::format("{}{}", error.what(), kAsItWas));
  }
  try {
    settle();
    if (earlier_ && is_published(*writer_, earlier_->outcome.run_id)) {
      observer_.note("an attempt before has published after all");
      writer_->publish();
      return earlier_->outcome;
    }
    if (unlisted_) std::rethrow_exception(unlisted_);
    if (work()) return outcome(RunStatus::published);
    log_.write_run(*writer_, RunStatus::nothing_new, {}, "");
    writer_->publish();
    return outcome(RunStatus::nothing_new);
  } catch (const WarehouseBusy&) {
    throw;
  } catch (const std::exception& error) {
    fail(error);
  }
}

RunOutcome Attempt::outcome(RunStatus status) const {
  return {mark_.run_id,
          status,
          pickup_.counts(),
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(),
          log_.results(),
          lake_.root()};
}

void Attempt::take_warehouse() {
  warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
  if (source_ == Source::landing) {
    list_landing();
  } else if (!warehouse_->exists()) {
    expect_something_to_rebuild();
  }
  writer_ = warehouse_->writer(mark_);
  expect_known_timezone(*writer_, settings_.reporting_timezone);
}

// A landing folder that cannot be read fails the run, which is logged, but does not make a
// warehouse.
void Attempt::list_landing() {
  try {
    listing_ = ingestion::list_landing(settings_.landing);
  } catch (const Error&) {
    if (!warehouse_->exists()) throw;
    unlisted_ = std::current_exception();
  }
}

// Do not create an empty warehouse.
void Attempt::expect_something_to_rebuild() {
  if (source_ == Source::staging) {
    throw Error(
        fmt::format("there is no warehouse at {} to rebuild; publish one with cartograph run, or "
                    "name another folder with --data",
                    warehouse_->description()));
  }
  if (lake_.files("loaded_files").empty()) {
    throw Error(
        fmt::format("there is no lake in {}; name its folder with --data", lake_.root().string()));
  }
}

void Attempt::settle() {
  observer_.begins("settle");
  for (const std::string& migration :
       writer_->prepare({ingestion::staging_tables(), {settings_.reporting_timezone}})) {
    observer_.note(fmt::format("schema: applied {}", migration));
  }
  warehouse::remove_abandoned(settings_.engine.data / "tmp");
  warehouse_id_ = settle_lake(*writer_, lake_, source_, observer_);
  write_abandoned_runs(
      *writer_, earlier_ ? FailedRun{earlier_->outcome.run_id, earlier_->error} : FailedRun{},
      observer_);
}

// False where there is nothing to do; else all is committed and published.
bool Attempt::work() {
  bool everything = source_ != Source::landing;
  if (settings_mean_rebuild(*writer_, settings_)) {
    observer_.note("the reporting time zone has changed: everything is built anew");
    everything = true;
  }
  // Where the engine shows it, others see who is at work, and the next run sees a killed one.
  stand_ = Stand::begun;
  log_.write_run(*writer_, RunStatus::running, {}, "");
  if (source_ == Source::landing) pickup_.take(listing_, *writer_);
  if (pickup_.deliveries().empty() && !everything) return false;

  writer_->begin();
  stand_ = Stand::in_transaction;
  stage_new_rows();
  writer_->create_functions({settings_.reporting_timezone});
  transform(*writer_,
            everything ? pipelines::kEverything
                       : Instant{pickup_.deliveries().front().ingested_at.micros - 1},
            log_, observer_);
  check(*writer_, settings_.quality, pickup_.deliveries(), log_);
  write_settings(*writer_, settings_);
  log_.write_all(*writer_, RunStatus::published, pickup_.counts(), "");
  publish();
  return true;
}

void Attempt::stage_new_rows() {
  if (source_ == Source::lake) {
    expect_something_to_rebuild();
    stage_lake(*writer_, lake_, log_);
  } else if (const auto* pending = pickup_.pending()) {
    stage(*writer_, *pending, pickup_.counts().rows_staged, log_);
  }
}

void Attempt::publish() {
  observer_.begins("commit");
  if (const auto* pending = pickup_.pending()) pending->sync();
  stand_ = Stand::committing;
  writer_->commit();
  stand_ = Stand::committed;
  observer_.begins("publish");
  writer_->publish();
  if (pickup_.pending() != nullptr) move_into_lake();
}

// The run is published, whatever becomes of its files.
void Attempt::move_into_lake() {
  try {
    if (lake_.owner().empty()) lake_.set_owner(warehouse_id_);
    pickup_.pending()->publish();
  } catch (const std::exception& error) {
    observer_.warning(fmt::format(
        "run {} is published, but its files could not be moved to their places in the lake; the "
        "next run does it: {}",
        mark_.run_id, error.what()));
  }
}

// Undoes the run, keeps what is known about it, and throws what the user is told.
void Attempt::fail(const std::exception& error) {
  const bool is_usage = dynamic_cast<const UsageError*>(&error) != nullptr;
  const bool is_transient = dynamic_cast<const TransientError*>(&error) != nullptr;
  if (stand_ == Stand::committing && is_transient) {
    if (auto* pending = pickup_.pending()) pending->leave_for_recovery();
    throw TransientError(fmt::format(
        "run {}: {}\nThis was while it was being committed: it is published as a whole or not at "
        "all, which the next run finds out.",
        mark_.run_id, error.what()));
  }
  // Of a wrong option there is nothing to keep.
  if (is_usage) throw UsageError(error.what());
  std::string text = fmt::format("run {} failed: {}{}", mark_.run_id, error.what(), kAsItWas);
  try {
    // A copy that is committed but could not be published goes with the writer.
    if (stand_ != Stand::committed) text += write_failure(error, is_transient);
  } catch (const std::exception& second) {
    text += fmt::format(" The failure itself could not be logged: {}", second.what());
  }
  if (is_transient) throw TransientError(text);
  throw Error(text);
}

// Returns where the rejected rows lie, as a sentence.
std::string Attempt::write_failure(const std::exception& error, bool is_transient) {
  if (stand_ >= Stand::in_transaction) writer_->rollback();
  std::string text;
  if (!is_transient) {
    const std::filesystem::path rejects = pickup_.export_rejects();
    if (!rejects.empty()) text = fmt::format(" Rejected rows: {}", rejects.string());
  }
  writer_->begin();
  log_.write_all(*writer_, RunStatus::failed, pickup_.counts(), error.what());
  writer_->commit();
  writer_->publish();
  return text;
}

}  // namespace cartograph::runs
