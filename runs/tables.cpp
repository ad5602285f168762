// The steps stage, the models', and check.
#include "runs/tables.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "contracts/feed.hpp"
#include "ingestion/recurring_keys.hpp"
#include "ingestion/staged_counts.hpp"
#include "ingestion/staged_oddities.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"
#include "pipelines/work_tables.hpp"
#include "runs/rejected_files.hpp"
#include "runs/table_texts.hpp"
#include "warehouse/staged_lake.hpp"

namespace cartograph::runs {
namespace {

// A lake that is not all of it, as of one of two machines, would take the rest back.
void expect_whole_lake(warehouse::Writer& writer, const ingestion::Lake& lake) {
  const auto lost = writer.query(
      "select count(*), min(b.source_file) from earlier_deliveries b where not exists "
      "(select 1 from loaded_files l where l.source_file = b.source_file "
      "and l.ingested_at = b.ingested_at)");
  if (lost.number() == 0) return;
  throw Error(
      fmt::format("the lake in {} lacks {} deliveries that the warehouse has, among them {}; "
                  "rebuild from staging, or bring the lakes of all --data folders together",
                  lake.root().string(), lost.number(), *lost.rows[0][1]));
}

// The lake's files and what it says of deliveries may have been brought together by hand.
void expect_counted_rows(warehouse::Writer& writer, const ingestion::Lake& lake) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    const std::string table = feed.staging_table();
    const std::int64_t staged =
        writer.query(fmt::format("select count(*) from {}", table)).number();
    const std::int64_t counted =
        writer
            .query(
                "select cast(coalesce(sum(rows_staged), 0) as bigint) from loaded_files "
                "where feed = $1",
                {std::string(feed.name)})
            .number();
    if (staged == counted) continue;
    throw Error(fmt::format(
        "{} holds {} rows, but {} were staged of the deliveries in {}; a file is "
        "missing there or lies there twice. Bring back what the lake was",
        (lake.root() / table).string(), staged, counted, (lake.root() / "loaded_files").string()));
  }
}

std::vector<quality::ReadFile> read_files(const std::vector<ingestion::Delivery>& deliveries) {
  std::vector<quality::ReadFile> files;
  for (const auto& delivery : deliveries) {
    files.push_back(
        {delivery.file.source_file, !delivery.rejected_whole.empty(), delivery.unended_line});
  }
  return files;
}

}  // namespace

warehouse::SchemaSpec schema(const std::string& reporting_timezone) {
  warehouse::SchemaSpec spec{ingestion::staging_tables(), {reporting_timezone}, {}, comments()};
  for (const std::string_view table : pipelines::filled_tables()) spec.filled.emplace_back(table);
  return spec;
}

void stage(warehouse::Writer& writer, ingestion::PendingLake& pending, std::int64_t rows,
           RunLog& log) {
  log.step("stage", [&] {
    pending.place();
    ingestion::load_staging(writer, [&](auto table) { return pending.files(table); });
    return rows;
  });
}

void stage_lake(warehouse::Writer& writer, const ingestion::Lake& lake, RunLog& log) {
  log.step("stage", [&] {
    writer.execute(
        "drop table if exists earlier_deliveries; "
        "create temp table earlier_deliveries as "
        "select source_file, ingested_at from loaded_files");
    ingestion::clear_staging_tables(writer);
    writer.execute("delete from quarantine; delete from loaded_files");
    ingestion::load_staging(writer, [&](auto table) { return lake.files(table); });
    expect_whole_lake(writer, lake);
    expect_counted_rows(writer, lake);
    return writer.query("select cast(sum(rows_staged) as bigint) from loaded_files").number();
  });
}

void merge_staging(warehouse::Writer& writer, ingestion::PendingLake& pending, RunLog& log) {
  auto* lake = warehouse::staged_lake(writer);
  if (lake == nullptr) return;
  for (const contracts::Feed& feed : contracts::feeds()) {
    const std::string table = feed.staging_table();
    const auto merged = pending.merged_file(table);
    const auto replaced = lake->merge(table, merged.written, merged.place);
    if (replaced.empty()) continue;
    pending.replace(replaced);
    log.note(fmt::format("{}: {} files of the lake were merged", table, replaced.size()));
  }
}

void transform(warehouse::Writer& writer, Instant ingested_after, Pickup* pickup, RunLog& log,
               RunObserver& observer) {
  if (ingested_after == pipelines::kEverything) {
    pipelines::clear_derived_tables(writer);
    ingestion::find_recurring_keys(writer, ingested_after);
  } else {
    ingestion::load_recurring_keys(writer, ingested_after, *pickup->pending(), pickup->seen_keys());
  }
  pipelines::create_scope(writer, {log.run_id(), ingested_after});
  ingestion::count_staged(writer, ingested_after);
  const auto all = static_cast<std::int64_t>(pipelines::models().size());
  std::int64_t done = 0;
  pipelines::run_models(writer, [&](std::string_view name, const auto& body) {
    observer.progress(name, done++, all);
    log.step(name, body);
  });
}

void check(warehouse::Writer& writer, const quality::Settings& settings, Pickup& pickup,
           Instant ingested_after, RunLog& log) {
  const auto& deliveries = pickup.deliveries();
  log.step("check", [&] {
    const quality::Scope scope = quality::scope_of_run(writer);
    const bool is_everything = ingested_after == pipelines::kEverything;
    ingestion::find_staged_oddities(writer, ingested_after,
                                    is_everything ? nullptr : &pickup.seen_keys());
    log.keep(quality::run_checks(writer, settings, scope, read_files(deliveries)));
    return static_cast<std::int64_t>(log.results().size());
  });
  if (!quality::any_error(log.results())) return;
  throw Error(failures(log.results(), deliveries));
}

std::vector<quality::Result> check_everything(warehouse::Connection& connection) {
  connection.make_work_tables(pipelines::work_tables());
  pipelines::create_scope(connection, {"", pipelines::kEverything});
  ingestion::count_staged(connection, pipelines::kEverything);
  ingestion::find_recurring_keys(connection, pipelines::kEverything);
  ingestion::find_staged_oddities(connection, pipelines::kEverything);
  quality::mark_everything(connection);
  return quality::run_checks(connection, {}, quality::Scope::everything);
}

}  // namespace cartograph::runs
