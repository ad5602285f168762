// full_run LANDING WORKPLACE [THREADS]: a full run beside DuckDB by itself on the same CSV files
// and with the same models. What differs is how rows get in: here contracts, checks of every row,
// quarantine, hashes, lake and quality checks; there read_csv, typed, nothing checked, into the
// same staging tables. WORKPLACE is made anew. Prints seconds by phase.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/log.hpp"
#include "cli/job.hpp"
#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"
#include "warehouse/migrations.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph {
namespace {

namespace fs = std::filesystem;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string read_csv(const contracts::Feed& feed, const fs::path& file) {
  std::string types;
  std::string columns;
  for (const auto& field : feed.fields) {
    const std::string_view name = field.name;
    types +=
        fmt::format("{}'{}': '{}'", types.empty() ? "" : ", ", name, sql_type(field.column_type));
    // What staging holds in the place of null is part of loading it.
    const bool filled = !field.required && !field.null_in_staging;
    columns +=
        filled ? fmt::format("coalesce({}, 0) as {}, ", name, name) : fmt::format("{}, ", name);
  }
  return fmt::format(
      "insert into {} by name select {} now() as ingested_at, 'file' as source_file, "
      "0 as source_line, uuid() as row_hash, 'run' as run_id "
      "from read_csv({}, header = true, columns = {{{}}})",
      feed.staging_table(), columns, warehouse::quote_literal(file.string()), types);
}

void run_duckdb_alone(const fs::path& landing, const fs::path& data, int threads) {
  const auto warehouse =
      warehouse::open("duckdb:" + (data / "warehouse.duckdb").string(), {data, threads});
  const auto writer = warehouse->writer({"bench", "bench", now()});
  ingestion::create_staging_tables(*writer);
  warehouse::migrate(*writer, warehouse->engine());
  warehouse::create_functions(*writer, warehouse->engine(), "UTC");
  writer->begin();
  fmt::print("  read_csv into staging {:8.2f} s\n", seconds([&] {
               for (const auto& file : ingestion::list_landing(landing).files) {
                 writer->execute(read_csv(*file.feed, file.path));
               }
             }));
  pipelines::create_scope(*writer, {"bench", pipelines::kEverything});
  fmt::print("  models                {:8.2f} s\n", seconds([&] {
               pipelines::run_models(*writer, [](std::string_view, const auto& body) { body(); });
             }));
  fmt::print("  commit and publish    {:8.2f} s\n", seconds([&] {
               writer->commit();
               writer->publish();
             }));
}

void run_program(const fs::path& landing, const fs::path& data, int threads) {
  cli::Config config;
  config.landing = landing;
  config.data = data;
  config.threads = threads;
  config.quiet = true;
  const double all = seconds([&] { cli::run_job(config, {"run", cli::Source::landing, false}); });
  const auto reader = warehouse::open(config.warehouse_url(), {data, threads})->reader();
  const auto sum = [&](std::string_view which) {
    const auto answer = reader->query(fmt::format(
        "select cast(coalesce(sum(duration_ms), 0) as bigint) from run_steps where {}", which));
    return static_cast<double>(answer.number()) / 1000;
  };
  fmt::print("  find files            {:8.2f} s\n", sum("step = 'discover'"));
  fmt::print("  decode into the lake  {:8.2f} s\n", sum("step = 'decode'"));
  fmt::print("  lake into staging     {:8.2f} s\n", sum("step = 'stage'"));
  fmt::print("  models                {:8.2f} s\n", sum("step like '___\\_%' escape '\\'"));
  fmt::print("  quality checks        {:8.2f} s\n", sum("step = 'check'"));
  fmt::print("  all                   {:8.2f} s\n", all);
}

}  // namespace
}  // namespace cartograph

int main(int argc, char** argv) {
  using namespace cartograph;
  if (argc < 3) {
    fmt::print(stderr, "usage: full_run LANDING WORKPLACE [THREADS]\n");
    return 2;
  }
  const std::filesystem::path landing = argv[1];
  const std::filesystem::path place = argv[2];
  const int threads = argc > 3 ? std::atoi(argv[3]) : 0;
  std::filesystem::remove_all(place);
  log::configure(log::Format::text, true);
  try {
    fmt::print("DuckDB alone\n");
    fmt::print("  all                   {:8.2f} s\n",
               seconds([&] { run_duckdb_alone(landing, place / "alone", threads); }));
    fmt::print("Cartograph\n");
    run_program(landing, place / "cartograph", threads);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
