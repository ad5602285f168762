// full_run LANDING WORKPLACE [POSTGRES_URL]: a full run of the CSV files in LANDING, then the run
// of a night that changes 5,000 orders, on the embedded warehouse and on PostgreSQL, beside DuckDB
// by itself on the same files and with the same models. What DuckDB alone does not do: contracts,
// checks of every row, quarantine, hashes, lake and quality checks; its read_csv types, and checks
// nothing. WORKPLACE is made anew. Prints seconds by phase, and the peak memory of each process (a
// server's is its own).
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "base/log.hpp"
#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"
#include "ingestion/staged_counts.hpp"
#include "pipelines/models.hpp"
#include "runs/run.hpp"
#include "runs/tables.hpp"
#include "warehouse/duckdb/session.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph {
namespace {

namespace fs = std::filesystem;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// All of a feed's files of one format at once, as one would write it by hand.
std::string insert_by_duckdb(const contracts::Feed& feed, std::string_view reader,
                             const std::vector<fs::path>& files) {
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
  std::string list;
  for (const fs::path& file : files) {
    list += (list.empty() ? "" : ", ") + warehouse::quote_literal(file.string());
  }
  return fmt::format(
      "insert into {} by name select {} now() as ingested_at, 'file' as source_file, "
      "0 as source_line, uuid() as row_hash, 'run' as run_id from {}([{}], columns = {{{}}}{})",
      feed.staging_table(), columns, reader, list, types,
      reader == "read_csv" ? ", header = true" : "");
}

using ReaderFiles =
    std::map<std::pair<const contracts::Feed*, std::string_view>, std::vector<fs::path>>;

ReaderFiles files_by_reader(const fs::path& landing) {
  ReaderFiles groups;
  for (const auto& file : ingestion::list_landing(landing).files) {
    const bool is_csv = file.format == ingestion::Format::csv;
    groups[{file.feed, is_csv ? "read_csv" : "read_json"}].push_back(file.path);
  }
  return groups;
}

void run_duckdb_alone(const fs::path& landing, const fs::path& data) {
  const auto warehouse =
      warehouse::open("duckdb:" + (data / "warehouse.duckdb").string(), {data, 0});
  const auto writer = warehouse->writer();
  writer->prepare(runs::schema("UTC"));
  writer->begin();
  fmt::print("  read_csv into staging {:8.2f} s\n", seconds([&] {
               for (const auto& [group, files] : files_by_reader(landing)) {
                 writer->execute(insert_by_duckdb(*group.first, group.second, files));
               }
             }));
  pipelines::create_scope(*writer, {"bench", pipelines::kEverything});
  ingestion::count_staged(*writer, pipelines::kEverything);
  fmt::print("  models                {:8.2f} s\n", seconds([&] {
               pipelines::run_models(*writer, [](std::string_view, const auto& body) { body(); });
             }));
  fmt::print("  commit and publish    {:8.2f} s\n", seconds([&] {
               writer->commit();
               writer->publish();
             }));
}

void run_program(const runs::RunSettings& settings) {
  runs::RunObserver unheard;
  runs::RunOutcome outcome;
  const double all =
      seconds([&] { outcome = runs::run(settings, runs::Source::landing, unheard); });
  const auto reader = warehouse::open(settings.warehouse_url, settings.engine)->reader();
  const auto print = [&](std::string_view what, std::string_view steps) {
    const auto answer = reader->query(
        fmt::format("select cast(coalesce(sum(duration_ms), 0) as bigint) from run_steps "
                    "where run_id = $1 and {}",
                    steps),
        {outcome.run_id});
    fmt::print("  {:<22}{:8.2f} s\n", what, static_cast<double>(answer.number()) / 1000);
  };
  fmt::print("  {} rows read\n", outcome.counts.rows_read);
  print("find files", "step = 'discover'");
  print("decode into the lake", "step = 'decode'");
  print("lake into staging", "step = 'stage'");
  print("models", "step like '___\\_%' escape '\\'");
  print("quality checks", "step = 'check'");
  fmt::print("  all                   {:8.2f} s\n", all);
}

// In a process of its own, so that its memory can be told.
void measure(std::string_view what, const std::function<void()>& work) {
  fmt::print("{}\n", what);
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& error) {
      fmt::print(stderr, "error: {}\n", error.what());
      std::fflush(nullptr);
      ::_exit(1);
    }
    std::fflush(nullptr);
    ::_exit(0);
  }
  int status = 0;
  struct rusage usage {};
  ::wait4(child, &status, 0, &usage);
  if (status != 0) throw Error("it failed");
  const auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  fmt::print("  processor time        {:8.2f} s\n  peak memory           {:8.0f} MB\n",
             seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
             static_cast<double>(usage.ru_maxrss) / 1024);
}

// Sends 5,000 orders of all times again, each line with a unit more, and a shipment for each.
void land_night(const fs::path& landing) {
  std::string last;
  for (const auto& entry : fs::directory_iterator(landing)) {
    last = std::max(last, entry.path().filename().string());
  }
  const fs::path night = landing / to_string(Day{parse_day(last)->since_epoch + 1});
  fs::create_directories(night);
  warehouse::duckdb::Session engine("", warehouse::duckdb::Access::read_write, {});
  const auto text = [&](std::string_view feed) {
    return fmt::format("read_csv({}, header = true, all_varchar = true, union_by_name = true)",
                       warehouse::quote_literal((landing / "*" / feed).string() + ".csv"));
  };
  const auto write = [&](std::string_view feed, const std::string& select) {
    engine.execute(fmt::format("copy ({}) to {} (format csv, header)", select,
                               warehouse::quote_literal((night / feed).string() + ".csv")));
  };
  engine.execute(fmt::format(
      "create table chosen as select order_id, max(filename) as filename "
      "from read_csv({}, header = true, all_varchar = true, union_by_name = true, filename = true) "
      "group by order_id order by hash(order_id) limit 5000",
      warehouse::quote_literal((landing / "*" / "orders.csv").string())));
  write("orders",
        fmt::format("select o.* exclude (filename) from read_csv({}, header = true, "
                    "all_varchar = true, union_by_name = true, filename = true) o "
                    "semi join chosen c on c.order_id = o.order_id and c.filename = o.filename",
                    warehouse::quote_literal((landing / "*" / "orders.csv").string())));
  write("order_items", fmt::format("select i.* replace (cast(quantity as integer) + 1 as quantity) "
                                   "from {} i semi join chosen c on c.order_id = i.order_id",
                                   text("order_items")));
  write(
      "inventory_movements",
      fmt::format("select concat('night-', i.order_id, '-', i.line_number) as movement_id, i.sku, "
                  "'shipment' as movement_type, 1 as quantity, '{}' as occurred_at, "
                  "i.order_id as reference from {} i semi join chosen c on c.order_id = i.order_id",
                  last, text("order_items")));
}

void run(const fs::path& given, const fs::path& place, const std::string& postgres_url) {
  fs::remove_all(place);
  const fs::path landing = place / "landing";
  fs::create_directories(landing);
  for (const auto& entry : fs::directory_iterator(given)) {
    if (parse_day(entry.path().filename().string())) {
      fs::create_symlink(fs::absolute(entry.path()), landing / entry.path().filename());
    }
  }
  std::map<std::string, runs::RunSettings> programs;
  runs::RunSettings settings;
  settings.landing = landing;
  settings.engine.data = place / "embedded";
  settings.warehouse_url = "duckdb:" + (settings.engine.data / "warehouse.duckdb").string();
  programs["Cartograph on DuckDB"] = settings;
  if (!postgres_url.empty()) {
    settings.engine.data = place / "postgres";
    settings.engine.schema = fmt::format("bench_{}", ::getpid());
    settings.warehouse_url = postgres_url;
    programs["Cartograph on PostgreSQL"] = settings;
  }
  measure("DuckDB alone, full load", [&] { run_duckdb_alone(landing, place / "alone"); });
  for (const auto& [name, of] : programs) measure(name + ", full run", [&] { run_program(of); });
  land_night(landing);
  for (const auto& [name, of] : programs) measure(name + ", next run", [&] { run_program(of); });
}

}  // namespace
}  // namespace cartograph

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: full_run LANDING WORKPLACE [POSTGRES_URL]\n");
    return 2;
  }
  cartograph::log::configure(cartograph::log::Format::text, true);
  try {
    cartograph::run(argv[1], argv[2], argc > 3 ? argv[3] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
