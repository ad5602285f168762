// The steps stage, the models', and check.
#include "runs/tables.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "ingestion/staged_counts.hpp"
#include "ingestion/staged_oddities.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"
#include "runs/rejected_files.hpp"
#include "runs/table_texts.hpp"

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

void stage(warehouse::Writer& writer, const ingestion::PendingLake& pending, std::int64_t rows,
           RunLog& log) {
  log.step("stage", [&] {
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
    return writer.query("select cast(sum(rows_staged) as bigint) from loaded_files").number();
  });
}

void transform(warehouse::Writer& writer, Instant ingested_after, RunLog& log,
               RunObserver& observer) {
  if (ingested_after == pipelines::kEverything) pipelines::clear_derived_tables(writer);
  pipelines::create_scope(writer, {log.run_id(), ingested_after});
  ingestion::count_staged(writer, ingested_after);
  const auto all = static_cast<std::int64_t>(pipelines::models().size());
  std::int64_t done = 0;
  pipelines::run_models(writer, [&](std::string_view name, const auto& body) {
    observer.progress(name, done++, all);
    log.step(name, body);
  });
}

void check(warehouse::Writer& writer, const quality::Settings& settings,
           const std::vector<ingestion::Delivery>& deliveries, Instant ingested_after,
           RunLog& log) {
  log.step("check", [&] {
    if (quality::is_small(writer)) quality::mark_everything(writer);
    ingestion::find_staged_oddities(writer, ingested_after);
    log.keep(quality::run_checks(writer, settings, read_files(deliveries)));
    return static_cast<std::int64_t>(log.results().size());
  });
  if (!quality::any_error(log.results())) return;
  throw Error(failures(log.results(), deliveries));
}

std::vector<quality::Result> check_everything(warehouse::Connection& connection) {
  pipelines::create_scope(connection, {"", pipelines::kEverything});
  ingestion::count_staged(connection, pipelines::kEverything);
  ingestion::find_staged_oddities(connection, pipelines::kEverything);
  quality::mark_everything(connection);
  return quality::run_checks(connection, {});
}

}  // namespace cartograph::runs
