// The steps stage, the models', and check.
#include "runs/tables.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "ingestion/staged_counts.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"

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

std::string failures(const std::vector<quality::Result>& results) {
  std::string text = "checks failed:";
  for (const quality::Result& result : results) {
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
  return text;
}

}  // namespace

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
           const std::vector<ingestion::Delivery>& deliveries, RunLog& log) {
  log.step("check", [&] {
    if (quality::is_small(writer)) quality::mark_everything(writer);
    log.keep(quality::run_checks(writer, settings));
    return static_cast<std::int64_t>(log.results().size());
  });
  if (!quality::any_error(log.results())) return;
  std::string text = failures(log.results());
  for (const auto& delivery : deliveries) {
    if (!delivery.rejected_whole.empty()) {
      text += fmt::format("\n  {} was rejected whole: {}", delivery.file.source_file,
                          delivery.rejected_whole);
    }
  }
  throw Error(text);
}

}  // namespace cartograph::runs
