// The warehouse's publication is the moment of truth: what lies in the lake counts from then on.
#include "runs/attempt.hpp"

#include <fmt/format.h>

#include <random>

#include "base/error.hpp"
#include "base/stopping.hpp"
#include "pipelines/work_tables.hpp"
#include "runs/rejected_files.hpp"
#include "runs/settling.hpp"
#include "runs/tables.hpp"
#include "runs/warehouse_settings.hpp"
#include "runs/writer.hpp"
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
                 std::optional<RunOutcome>& unsure)
    : settings_(settings),
      source_(source),
      observer_(observer),
      unsure_(unsure),
      mark_{new_run_id(now()), source == Source::landing ? "run" : "rebuild", now()},
      log_(mark_, observer),
      lake_(settings.engine),
      pickup_(settings, log_, observer, lake_) {}

RunOutcome Attempt::run() {
  observer_.starts(mark_.run_id);
  try {
    take_warehouse();
  } catch (const TransientError& error) {
    throw TransientError(fmt::format("{}{}", error.what(), kAsItWas));
  } catch (const Stopped& error) {
    if (!writer_) {
      throw Stopped(fmt::format("run {} failed: {}{}{}", mark_.run_id, error.what(), kAsItWas,
                                note_early_stop()));
    }
    journal_->begin(mark_);
    fail(error);
  }
  try {
    journal_->begin(mark_);
    settle();
    stand_ = Stand::begun;
    if (has_published_before()) return *unsure_;
    if (unlisted_) std::rethrow_exception(unlisted_);
    const bool is_new = work();
    if (!is_new) {
      log_.write_run(*writer_, RunStatus::nothing_new, {}, "");
      on_stop_.reset();
      writer_->publish();
    }
    journal_->clear();
    return outcome(is_new ? RunStatus::published : RunStatus::nothing_new);
  } catch (const WarehouseBusy&) {
    // Another run works in the lake: this one has done nothing that could be told.
    journal_->withdraw(mark_);
    throw;
  } catch (const UsageError&) {
    // Of a wrong option there is nothing to keep.
    journal_->withdraw(mark_);
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
          log_.warnings(),
          pickup_.mappings(),
          rejected_files(pickup_.deliveries()),
          lake_.root()};
}

void Attempt::take_warehouse() {
  zone_ = reporting_timezone(settings_);
  warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
  journal_.emplace(settings_.engine.data, warehouse_->description());
  if (source_ == Source::landing) {
    list_landing();
  } else if (!warehouse_->exists()) {
    expect_something_to_rebuild();
  }
  writer_ = take_writer(*warehouse_, *journal_, settings_.stop);
  on_stop_.emplace(settings_.stop, [this] { writer_->interrupt(); });
  reason_to_rebuild_ = reason_to_rebuild(*writer_, settings_, zone_);
}

// A landing folder that cannot be read fails the run, which is logged, but does not make a
// warehouse.
void Attempt::list_landing() {
  try {
    listing_ = ingestion::list_landing(settings_.landing);
    if (settings_.settled) ingestion::keep_settled(listing_, *settings_.settled);
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
  for (const std::string& migration : writer_->prepare(schema(settings_.reporting_timezone))) {
    observer_.note(fmt::format("schema: applied {}", migration));
  }
  warehouse::remove_abandoned(settings_.engine.data / "tmp");
  warehouse_id_ = settle_lake(*writer_, warehouse_->description(), lake_, source_, observer_);
  settle_staging(*writer_, lake_, source_, mark_.run_id);
  settle_run_log(*writer_, journal_->entries(), mark_.run_id, observer_);
}

// Asks the run log what has become of the attempt before.
bool Attempt::has_published_before() {
  if (!unsure_) return false;
  if (!is_published(*writer_, unsure_->run_id)) {
    unsure_.reset();
    return false;
  }
  observer_.note("an attempt before has published after all");
  writer_->publish();
  journal_->clear();
  return true;
}

// False where there is nothing to do; else all is committed and published.
bool Attempt::work() {
  const bool everything = reason_to_rebuild_ || source_ != Source::landing;
  if (reason_to_rebuild_) {
    observer_.note(fmt::format("{}: everything is built anew", *reason_to_rebuild_));
  }
  // Where the engine shows it, others see who is at work, and that a killed run was.
  log_.write_run(*writer_, RunStatus::running, {}, "");
  if (source_ == Source::landing) pickup_.take(listing_, *writer_);
  if (pickup_.deliveries().empty() && !everything) return false;

  writer_->make_work_tables(pipelines::work_tables());
  writer_->begin();
  stand_ = Stand::in_transaction;
  writer_->create_functions({settings_.reporting_timezone});
  stage_new_rows();
  const Instant ingested_after = pickup_.ingested_after(everything);
  transform(*writer_, ingested_after, &pickup_, log_, observer_);
  check(*writer_, settings_.quality, pickup_, ingested_after, log_);
  if (auto* pending = pickup_.pending()) merge_staging(*writer_, *pending, log_);
  write_settings(*writer_, settings_, zone_);
  log_.write_all(*writer_, RunStatus::published, pickup_.counts(), "");
  publish();
  return true;
}

void Attempt::stage_new_rows() {
  if (source_ == Source::lake) {
    expect_something_to_rebuild();
    stage_lake(*writer_, lake_, log_);
  } else if (auto* pending = pickup_.pending()) {
    stage(*writer_, *pending, pickup_.counts().rows_staged, log_);
  }
}

void Attempt::publish() {
  observer_.begins("commit");
  if (auto* pending = pickup_.pending()) {
    lake_.claim(warehouse_id_, warehouse_->description());
    pending->sync();
  }
  // From here on a stop comes too late: of a commit that is interrupted it is not known whether it
  // was done.
  on_stop_.reset();
  expect_not_stopped(settings_.stop);
  stand_ = Stand::committing;
  writer_->commit();
  stand_ = Stand::committed;
  writer_->publish();
  if (pickup_.pending() != nullptr) settle_files();
}

// The run is published, whatever becomes of the files that it has replaced.
void Attempt::settle_files() {
  try {
    pickup_.pending()->publish();
  } catch (const std::exception& error) {
    observer_.warning(fmt::format(
        "run {} is published, but the files that it replaces could not be removed from the lake; "
        "the next run does it: {}",
        mark_.run_id, error.what()));
  }
}

// Undoes the run, keeps what is known about it, and throws what the user is told.
void Attempt::fail(const std::exception& error) {
  on_stop_.reset();
  writer_->resume();
  const bool is_transient = dynamic_cast<const TransientError*>(&error) != nullptr;
  const bool is_stopped = dynamic_cast<const Stopped*>(&error) != nullptr;
  const std::string why = is_stopped ? "stopped" : error.what();
  const std::string unlogged = note_failure(why);
  if (stand_ == Stand::committing && is_transient) {
    if (auto* pending = pickup_.pending()) pending->leave_for_recovery();
    unsure_ = outcome(RunStatus::published);
    throw TransientError(fmt::format(
        "run {}: {}\nThis was while it was being committed: it is published as a whole or not at "
        "all, which the next run finds out.",
        mark_.run_id, why));
  }
  std::string text = fmt::format("run {} failed: {}{}{}", mark_.run_id, why,
                                 rejected_rows(log_.results(), pickup_.deliveries()), kAsItWas);
  try {
    // A copy that is committed but could not be published goes with the writer.
    if (stand_ != Stand::committed) text += write_failure(why, !is_transient && !is_stopped);
  } catch (const std::exception& second) {
    text += fmt::format(" The run log learns of it with the next run: {}", second.what());
    text += unlogged;
  }
  if (is_stopped) throw Stopped(text);
  if (is_transient) throw TransientError(text);
  throw Error(text);
}

// Stopped while it took the warehouse, a run has nowhere to write but the journal.
std::string Attempt::note_early_stop() {
  try {
    journal_->begin(mark_);
  } catch (const std::exception& error) {
    return fmt::format(" The journal could not be written: {}", error.what());
  }
  return note_failure("stopped");
}

// Into the journal, which takes it also where the warehouse takes nothing any more. Returns why it
// does not, as a sentence.
std::string Attempt::note_failure(const std::string& why) {
  try {
    journal_->fail(mark_, why);
    return {};
  } catch (const std::exception& second) {
    return fmt::format(" Nor could the journal be written: {}", second.what());
  }
}

// Returns where the rejected rows lie, as a sentence.
std::string Attempt::write_failure(const std::string& why, bool keeps_rejects) {
  try {
    if (stand_ == Stand::settling || stand_ >= Stand::in_transaction) writer_->rollback();
  } catch (const Error&) {
    // A migration that was stopped may have been in a transaction, or not.
    if (stand_ != Stand::settling) throw;
  }
  std::string text;
  if (keeps_rejects) {
    const std::filesystem::path rejects = pickup_.export_rejects();
    if (!rejects.empty()) text = fmt::format(" Rejected rows: {}", rejects.string());
  }
  writer_->begin();
  log_.write_all(*writer_, RunStatus::failed, pickup_.counts(), why);
  writer_->commit();
  writer_->publish();
  journal_->clear();
  return text;
}

}  // namespace cartograph::runs
