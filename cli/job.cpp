// The order of things in a run:
//   take the warehouse; settle what a killed run left; bring the schema up to date;
//   decode new files into the pending lake (nothing of the warehouse is touched);
//   in one transaction: stage, models, checks, log; commit; publish; then move the lake's files.
// The warehouse's publication is the moment of truth: the lake follows it, now or at the next run.
#include "cli/job.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/progress.hpp"
#include "cli/run_log.hpp"
#include "ingestion/ingest.hpp"
#include "ingestion/staging.hpp"
#include "ingestion/temporary_files.hpp"
#include "pipelines/models.hpp"
#include "warehouse/migrations.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::cli {
namespace {

namespace fs = std::filesystem;

// Sorts by time and is never given twice.
std::string new_run_id(Instant at) {
  std::string text = to_string(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == '.'; });
  std::random_device device;
  return fmt::format("{}-{:06x}", text, device() & 0xFFFFFF);
}

constexpr int kAttemptsMax = 3;
constexpr std::chrono::seconds kFirstPause{2};
constexpr int kPauseGrowth = 5;

constexpr std::string_view kAsItWas = "\nNothing was published; the warehouse is as it was.";

// An attempt that failed for a reason that may have passed.
struct Attempt {
  RunOutcome outcome;
  std::string error;
};

class Job {
 public:
  Job(const Config& config, const JobOptions& options, const std::optional<Attempt>& earlier)
      : config_(config),
        options_(options),
        earlier_(earlier),
        mark_{new_run_id(now()), options.command, now()},
        log_(mark_),
        lake_(config.data, config.threads),
        progress_(config.quiet) {}

  RunOutcome run() {
    try {
      warehouse_ = warehouse::open(config_.warehouse_url(),
                                   {config_.data, config_.threads, config_.warehouse_schema});
      if (options_.source == Source::landing) list_landing();
      if (options_.source != Source::landing && !warehouse_->exists())
        expect_something_to_rebuild();
      writer_ = warehouse_->writer(mark_);
      expect_known_timezone();
    } catch (const TransientError& error) {
      throw TransientError(fmt::format("{}{}", error.what(), kAsItWas));
    }
    std::string status = "published";
    try {
      settle();
      if (earlier_ && is_published(earlier_->outcome.run_id)) {
        log::info("an attempt before has published after all");
        writer_->publish();
        return earlier_->outcome;
      }
      if (unlisted_) std::rethrow_exception(unlisted_);
      if (!work()) {
        status = "nothing_new";
        log_.write_run(*writer_, status, {}, "");
        writer_->publish();
      }
    } catch (const WarehouseBusy&) {
      throw;
    } catch (const std::exception& error) {
      progress_.clear();
      fail(error);
    }
    progress_.clear();
    return outcome(status);
  }

  // Whether the warehouse may know of this run.
  bool has_begun() const { return stand_ != Stand::before; }

  RunOutcome outcome(const std::string& status) const {
    return {mark_.run_id,
            status,
            counts_.files,
            counts_.rows_read,
            counts_.rows_staged,
            counts_.rows_quarantined,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(),
            log_.results(),
            lake_.root()};
  }

 private:
  // How far the run has come with the warehouse.
  enum class Stand { before, begun, in_transaction, committing, committed };

  // A landing folder that cannot be read fails the run, which is logged, but does not make a
  // warehouse.
  void list_landing() {
    try {
      listing_ = ingestion::list_landing(config_.landing);
    } catch (const Error&) {
      if (!warehouse_->exists()) throw;
      unlisted_ = std::current_exception();
    }
  }

  // Of nothing no warehouse is made.
  void expect_something_to_rebuild() {
    if (options_.source == Source::staging) {
      throw Error(
          fmt::format("there is no warehouse at {} to rebuild; publish one with "
                      "cartograph run, or name another folder with --data",
                      warehouse_->description()));
    }
    if (lake_.files("loaded_files").empty()) {
      throw Error(fmt::format("there is no lake in {}; name its folder with --data",
                              lake_.root().string()));
    }
  }

  void expect_known_timezone() {
    try {
      writer_->query(
          "select timezone(cast($1 as text), timestamp with time zone '2025-01-01 00:00:00+00')",
          {config_.reporting_timezone});
    } catch (const TransientError&) {
      throw;
    } catch (const Error&) {
      throw UsageError(fmt::format(
          "store.reporting_timezone: '{}' is no time zone that the warehouse knows; write an IANA "
          "name such as Europe/Berlin",
          config_.reporting_timezone));
    }
  }

  // Leaves the warehouse as if every earlier run had ended properly, with today's schema.
  void settle() {
    for (const auto& migration : update_schema(*writer_, warehouse_->engine(), config_)) {
      log::info(fmt::format("schema: applied {}_{}", migration.version, migration.name));
    }
    ingestion::remove_abandoned(config_.data / "tmp");
    open_own_lake();
    lake_.recover([&](const std::string& run_id) { return is_published(run_id); });
    write_abandoned_runs(*writer_, writer_->abandoned_runs(),
                         earlier_ ? earlier_->outcome.run_id : "", earlier_ ? earlier_->error : "");
  }

  // Files of two warehouses in one lake could not be told apart again. A new warehouse that is
  // built from a lake takes the place of the one that the lake had.
  void open_own_lake() {
    warehouse_id_ =
        *writer_->query("select value from settings where name = 'warehouse_id'").rows.at(0)[0];
    const std::string owner = lake_.owner();
    const bool is_foreign = !owner.empty() && owner != warehouse_id_;
    const bool is_new = writer_->query("select 1 from loaded_files limit 1").rows.empty();
    if (is_foreign && is_new && options_.source == Source::lake) {
      writer_->query("update settings set value = $1 where name = 'warehouse_id'", {owner});
      warehouse_id_ = owner;
    }
    lake_.open(warehouse_id_);
    if (is_foreign && is_new && options_.source == Source::landing) {
      log::warning(fmt::format("the lake in {} belongs to another warehouse; this one's is {}",
                               (config_.data / "lake").string(), lake_.root().string()));
    }
  }

  bool is_published(const std::string& run_id) {
    return writer_
               ->query("select count(*) from run_log where run_id = $1 and status = 'published'",
                       {run_id})
               .number() > 0;
  }

  // Whether the reporting day has to be drawn anew for everything that is there.
  bool settings_changed() {
    std::map<std::string, std::string> stored;
    for (const auto& row : writer_->query("select name, value from settings").rows) {
      stored[*row[0]] = *row[1];
    }
    const auto currency = stored.find("reporting_currency");
    if (currency != stored.end() && currency->second != config_.reporting_currency) {
      throw UsageError(fmt::format(
          "this warehouse holds amounts in {}, but store.reporting_currency says {}; take back the "
          "change, or use another --data folder or --warehouse",
          currency->second, config_.reporting_currency));
    }
    const auto timezone = stored.find("reporting_timezone");
    return timezone != stored.end() && timezone->second != config_.reporting_timezone;
  }

  void write_settings() {
    writer_->execute("delete from settings where name like 'reporting\\_%' escape '\\'");
    writer_->query(
        "insert into settings values ('reporting_timezone', $1), ('reporting_currency', $2)",
        {config_.reporting_timezone, config_.reporting_currency});
  }

  // False where there is nothing to do; else all is committed and published.
  bool work() {
    bool everything = options_.source != Source::landing;
    if (settings_changed()) {
      log::info("the reporting time zone has changed: everything is built anew");
      everything = true;
    }
    // Where the engine shows it, others see who is at work, and the next run sees a killed one.
    stand_ = Stand::begun;
    log_.write_run(*writer_, "running", {}, "");
    if (options_.source == Source::landing) {
      find_deliveries();
      for (const std::string& warning : listing_.warnings) warn(warning);
      if (deliveries_.empty() && !everything) return false;
      if (!deliveries_.empty()) decode();
    }
    writer_->begin();
    stand_ = Stand::in_transaction;
    stage();
    transform(everything);
    check();
    write_settings();
    log_.write_all(*writer_, "published", counts_, "");
    if (pending_) pending_->sync();
    stand_ = Stand::committing;
    writer_->commit();
    stand_ = Stand::committed;
    writer_->publish();
    if (pending_) move_into_lake();
    return true;
  }

  // The run is published, whatever becomes of its files.
  void move_into_lake() {
    try {
      if (lake_.owner().empty()) lake_.set_owner(warehouse_id_);
      pending_->publish();
    } catch (const std::exception& error) {
      log::warning(fmt::format(
          "run {} is published, but its files could not be moved to their places in the lake; the "
          "next run does it: {}",
          mark_.run_id, error.what()));
    }
  }

  // To the user, and into the run's log.
  void warn(const std::string& warning) {
    log::warning(warning);
    log_.warn(warning);
  }

  void find_deliveries() {
    log_.step("discover", [&] {
      ingestion::FingerprintCache fingerprints(config_.data / "fingerprints");
      deliveries_ = ingestion::find_new_deliveries(listing_, *writer_, fingerprints,
                                                   bar("reading the landing folder"));
      fingerprints.save();
      return static_cast<std::int64_t>(deliveries_.size());
    });
    counts_.files = static_cast<std::int64_t>(deliveries_.size());
  }

  void decode() {
    rejects_.emplace(config_.data / "tmp", mark_.run_id);
    pending_.emplace(lake_, mark_.run_id);
    log_.step("decode", [&] {
      ingestion::decode(deliveries_,
                        {{config_.reporting_currency},
                         mark_.run_id,
                         static_cast<std::size_t>(config_.thread_count()),
                         config_.data / "tmp"},
                        *rejects_, *pending_, bar("decoding"));
      for (const auto& delivery : deliveries_) {
        counts_.rows_read += delivery.rows_read;
        counts_.rows_staged += delivery.rows_staged();
        counts_.rows_quarantined += delivery.rows_quarantined;
      }
      return counts_.rows_staged;
    });
    for (const auto& delivery : deliveries_) {
      if (!delivery.rejected_whole.empty()) {
        warn(fmt::format("{}: rejected whole: {}", delivery.file.source_file,
                         delivery.rejected_whole));
      }
      for (const std::string& column : delivery.unknown_columns) {
        warn(fmt::format("{}: unknown column '{}' ignored (schema drift)",
                         delivery.file.source_file, column));
      }
    }
  }

  void stage() {
    if (options_.source == Source::landing && !pending_) return;
    log_.step("stage", [&] {
      if (options_.source == Source::landing) {
        ingestion::load_staging(*writer_, [&](auto table) { return pending_->files(table); });
      } else if (options_.source == Source::lake) {
        writer_->execute(
            "drop table if exists earlier_deliveries; "
            "create temp table earlier_deliveries as "
            "select source_file, ingested_at from loaded_files");
        ingestion::clear_staging_tables(*writer_);
        writer_->execute("delete from quarantine; delete from loaded_files");
        expect_something_to_rebuild();
        ingestion::load_staging(*writer_, [&](auto table) { return lake_.files(table); });
        expect_whole_lake();
      }
      return counts_.rows_staged;
    });
  }

  // A lake that is not all of it, as of one of two machines, would take the rest back.
  void expect_whole_lake() {
    const auto lost = writer_->query(
        "select count(*), min(b.source_file) from earlier_deliveries b where not exists "
        "(select 1 from loaded_files l where l.source_file = b.source_file "
        "and l.ingested_at = b.ingested_at)");
    if (lost.number() == 0) return;
    throw Error(
        fmt::format("the lake in {} lacks {} deliveries that the warehouse has, among them {}; "
                    "rebuild from staging, or bring the lakes of all --data folders together",
                    lake_.root().string(), lost.number(), *lost.rows[0][1]));
  }

  void transform(bool everything) {
    warehouse::create_functions(*writer_, warehouse_->engine(), config_.reporting_timezone);
    Instant ingested_after = pipelines::kEverything;
    if (everything) {
      pipelines::clear_derived_tables(*writer_);
    } else {
      ingested_after = Instant{deliveries_.front().ingested_at.micros - 1};
    }
    pipelines::create_scope(*writer_, {mark_.run_id, ingested_after});
    const auto all = static_cast<std::int64_t>(pipelines::models().size());
    std::int64_t done = 0;
    pipelines::run_models(*writer_, [&](std::string_view name, const auto& body) {
      progress_.show(name, done++, all);
      log_.step(name, body);
    });
  }

  void check() {
    progress_.show("checking", 0, 1);
    log_.step("check", [&] {
      if (quality::is_small(*writer_)) quality::mark_everything(*writer_);
      log_.keep(quality::run_checks(*writer_, {config_.max_reject_rate, options_.accept_rejects}));
      return static_cast<std::int64_t>(log_.results().size());
    });
    if (!quality::any_error(log_.results())) return;
    std::string text = "checks failed:";
    for (const quality::Result& result : log_.results()) {
      if (result.passed() || result.severity != quality::Severity::error) continue;
      text += fmt::format("\n  {} ({}): {} Found in {} row(s): {}: {}", result.check->name,
                          result.check->table, result.check->expects, result.failing_rows,
                          result.detail, result.observed);
      if (result.check->name == "reject_rate") {
        text +=
            "\n    mend the file and land it again, raise quality.max_reject_rate, or publish "
            "without the rejected rows: cartograph run --accept-rejects";
      }
    }
    for (const auto& delivery : deliveries_) {
      if (!delivery.rejected_whole.empty()) {
        text += fmt::format("\n  {} was rejected whole: {}", delivery.file.source_file,
                            delivery.rejected_whole);
      }
    }
    throw Error(text);
  }

  // Undoes the run, keeps what is known about it, and throws what the user is told.
  [[noreturn]] void fail(const std::exception& error) {
    const bool is_usage = dynamic_cast<const UsageError*>(&error) != nullptr;
    const bool is_transient = dynamic_cast<const TransientError*>(&error) != nullptr;
    if (stand_ == Stand::committing && is_transient) {
      if (pending_) pending_->leave_for_recovery();
      throw TransientError(fmt::format(
          "run {}: {}\nThis was while it was being committed: it is published as a whole or not at "
          "all, which the next run finds out.",
          mark_.run_id, error.what()));
    }
    std::string text = fmt::format("{}{}", error.what(), kAsItWas);
    try {
      // A copy that is committed but could not be published goes with the writer.
      if (stand_ != Stand::committed) write_failure(error, is_usage, is_transient, text);
    } catch (const std::exception& second) {
      text += fmt::format(" The failure itself could not be logged: {}", second.what());
    }
    if (is_usage) throw UsageError(error.what());
    text = fmt::format("run {} failed: {}", mark_.run_id, text);
    if (is_transient) throw TransientError(text);
    throw Error(text);
  }

  void write_failure(const std::exception& error, bool is_usage, bool is_transient,
                     std::string& text) {
    if (stand_ >= Stand::in_transaction) writer_->rollback();
    const fs::path rejects = is_transient ? fs::path() : export_rejects();
    if (!rejects.empty()) text += fmt::format(" Rejected rows: {}", rejects.string());
    // Of a wrong option there is nothing to keep.
    if (is_usage) return;
    writer_->begin();
    log_.write_all(*writer_, "failed", counts_, error.what());
    writer_->commit();
    writer_->publish();
  }

  fs::path export_rejects() {
    if (!rejects_ || rejects_->rows() == 0) return {};
    if (pending_->files("quarantine").empty()) {
      pending_->write("quarantine", {}, *rejects_, "source_file, source_line");
    }
    const fs::path file = config_.data / "rejects" / (mark_.run_id + ".csv");
    pending_->export_csv("quarantine", file);
    return file;
  }

  ingestion::Progress bar(std::string_view phase) {
    return [this, phase](std::int64_t done, std::int64_t all) { progress_.show(phase, done, all); };
  }

  const Config& config_;
  const JobOptions& options_;
  const std::optional<Attempt>& earlier_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const warehouse::RunMark mark_;
  RunLog log_;
  ingestion::Lake lake_;
  std::string warehouse_id_;
  Progress progress_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::unique_ptr<warehouse::Writer> writer_;
  std::optional<ingestion::RejectSpool> rejects_;
  std::optional<ingestion::PendingLake> pending_;
  ingestion::Listing listing_;
  std::exception_ptr unlisted_;  // why there is no listing
  std::vector<ingestion::Delivery> deliveries_;
  Counts counts_;
  Stand stand_ = Stand::before;
};

}  // namespace

std::vector<warehouse::Migration> update_schema(warehouse::Writer& writer, std::string_view engine,
                                                const Config& config) {
  ingestion::create_staging_tables(writer);
  // Migrations may use the functions, an index for example.
  if (!warehouse::pending_migrations(writer, engine).empty()) {
    warehouse::create_functions(writer, engine, config.reporting_timezone);
  }
  return warehouse::migrate(writer, engine);
}

RunOutcome run_job(const Config& config, const JobOptions& options) {
  std::optional<Attempt> earlier;
  std::chrono::seconds pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= kPauseGrowth) {
    std::string error;
    {
      // What an attempt holds is let go of before the pause.
      Job job(config, options, earlier);
      try {
        return job.run();
      } catch (const TransientError& transient) {
        error = transient.what();
        if (attempt == kAttemptsMax) throw Error(fmt::format("{} Tried {} times.", error, attempt));
        // One that could not even begin says nothing of the one before it.
        if (job.has_begun()) earlier = {job.outcome("published"), error};
      } catch (const WarehouseBusy& busy) {
        // The server may not have noticed yet that the attempt before has lost its connection.
        if (attempt == 1 || attempt == kAttemptsMax) throw;
        error = busy.what();
      }
    }
    log::warning(fmt::format("{} Trying again in {} s, attempt {} of {}.", error, pause.count(),
                             attempt + 1, kAttemptsMax));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace cartograph::cli
