// ingestion_benchmark LANDING [options of Google Benchmark]: what a landing folder's rows cost from
// file to staging, in one thread. For each feed and format the floor (reading its bytes) and decode
// (rows split, typed, checked, hashed and put into batches by contract); for all feeds together the
// way into the lake, into tables of DuckDB, and into staging of the PostgreSQL database that
// CARTOGRAPH_WAREHOUSE names, in a schema of its own.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ingestion/feed_reader.hpp"
#include "ingestion/ingest.hpp"
#include "ingestion/staging.hpp"
#include "runs/tables.hpp"
#include "warehouse/duckdb/parquet_source.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph {
namespace {

namespace fs = std::filesystem;
using ingestion::LandedFile;

// What is read, and a folder to write into that goes away.
class Workplace {
 public:
  explicit Workplace(const fs::path& landing)
      : folder(fs::temp_directory_path() / fmt::format("cartograph-bench-{}", ::getpid())),
        files(ingestion::list_landing(landing).files) {
    fs::create_directories(folder);
  }
  ~Workplace() { fs::remove_all(folder); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const fs::path folder;
  const std::vector<LandedFile> files;
};

std::int64_t bytes_of(const std::vector<LandedFile>& files) {
  std::int64_t bytes = 0;
  for (const LandedFile& file : files) bytes += static_cast<std::int64_t>(fs::file_size(file.path));
  return bytes;
}

void set_done(benchmark::State& state, std::int64_t bytes, std::int64_t rows) {
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(state.iterations() * rows);
}

void read_bytes(benchmark::State& state, const std::vector<LandedFile>& files) {
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (const LandedFile& file : files) {
      const ingestion::SourceFile source(file.path, file.gzipped, {});
      const std::string_view bytes = source.bytes();
      for (std::size_t at = 0; at + sizeof sum <= bytes.size(); at += sizeof sum) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        sum += word;
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  set_done(state, bytes_of(files), 0);
}

void decode_rows(benchmark::State& state, const std::vector<LandedFile>& files,
                 const fs::path& folder) {
  const contracts::Context context;
  RowBatch batch(files.front().feed->staging);
  std::int64_t rows = 0;
  for (auto _ : state) {
    ingestion::RejectSpool rejects(folder, "bench");
    rows = 0;
    for (const LandedFile& file : files) {
      const auto reader = ingestion::open_feed_reader(
          file, context, {Instant{1}, file.source_file, "bench"}, rejects, folder);
      const auto decoder = reader->decoder();
      ingestion::FeedReader::Block block;
      while (reader->next_block(block)) {
        decoder->start(block);
        do {
          batch.clear();
        } while (decoder->decode(batch));
      }
      rows += reader->rows_read();
    }
  }
  set_done(state, bytes_of(files), rows);
}

// All deliveries in the lake of a data folder, decoded by one thread.
class DecodedLake {
 public:
  DecodedLake(const Workplace& place, const std::string& name)
      : data_(place.folder / name), lake_({data_, 1}), pending_(lake_, "bench") {
    fs::create_directories(data_);
    std::vector<ingestion::Delivery> deliveries;
    for (const LandedFile& file : place.files) {
      deliveries.push_back({file, ingestion::fingerprint(file.path),
                            Instant{static_cast<std::int64_t>(deliveries.size()) + 1}});
    }
    ingestion::RejectSpool rejects(data_ / "tmp", "bench");
    ingestion::decode(deliveries, {{}, "bench", 1, data_ / "tmp"}, rejects, pending_,
                      [](auto, auto) {});
    for (const ingestion::Delivery& delivery : deliveries) {
      rows_ += delivery.rows_read;
      bytes_ += delivery.fingerprint.bytes;
    }
  }

  std::vector<fs::path> files(std::string_view table) const { return pending_.files(table); }
  std::int64_t rows() const { return rows_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  fs::path data_;
  ingestion::Lake lake_;
  ingestion::PendingLake pending_;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
};

void into_parquet(benchmark::State& state, const Workplace& place) {
  std::int64_t rows = 0;
  for (auto _ : state) rows = DecodedLake(place, "decoded").rows();
  set_done(state, bytes_of(place.files), rows);
}

void into_duckdb(benchmark::State& state, const Workplace& place) {
  const DecodedLake lake(place, "lake-of-duckdb");
  const fs::path file = place.folder / "tables.duckdb";
  for (auto _ : state) {
    fs::remove(file);
    warehouse::duckdb::Session session(file, warehouse::duckdb::Access::read_write,
                                       {place.folder, 1});
    for (const auto& table : ingestion::staging_tables()) {
      if (lake.files(table.name).empty()) continue;
      session.execute(fmt::format("create table {} as select * from {}", table.name,
                                  warehouse::duckdb::parquet_source(lake.files(table.name))));
    }
    session.close();
  }
  set_done(state, lake.bytes(), lake.rows());
}

void into_postgres(benchmark::State& state, const Workplace& place, const std::string& url) {
  const DecodedLake lake(place, "lake-of-postgres");
  const auto warehouse =
      warehouse::open(url, {place.folder, 1, fmt::format("bench_{}", ::getpid())});
  const auto writer = warehouse->writer();
  writer->prepare(runs::schema("UTC"));
  for (auto _ : state) {
    writer->begin();
    ingestion::load_staging(*writer, [&](std::string_view table) { return lake.files(table); });
    writer->rollback();
  }
  set_done(state, lake.bytes(), lake.rows());
}

// Rates are of the processor's time, which others on the machine disturb least.
benchmark::internal::Benchmark* add(const std::string& name,
                                    const std::function<void(benchmark::State&)>& run) {
  return benchmark::RegisterBenchmark(name.c_str(), run)
      ->MeasureProcessCPUTime()
      ->Unit(benchmark::kMillisecond);
}

void add_all(const Workplace& place) {
  std::map<std::pair<std::string, bool>, std::vector<LandedFile>> groups;
  for (const LandedFile& file : place.files) {
    groups[{std::string(file.feed->name), file.format == ingestion::Format::csv}].push_back(file);
  }
  for (const auto& [group, files] : groups) {
    const auto& [feed, is_csv] = group;
    const std::string name = fmt::format("{}/{}", feed, is_csv ? "csv" : "json");
    add("floor/" + name, [files](auto& state) { read_bytes(state, files); });
    add("decode/" + name,
        [files, &place](auto& state) { decode_rows(state, files, place.folder); });
  }
  add("into_parquet", [&](auto& state) { into_parquet(state, place); })->Iterations(1);
  add("into_duckdb", [&](auto& state) { into_duckdb(state, place); })->Iterations(1);
  if (const char* url = std::getenv("CARTOGRAPH_WAREHOUSE")) {
    add("into_postgres", [&place, url = std::string(url)](auto& state) {
      into_postgres(state, place, url);
    })->Iterations(1);
  }
}

}  // namespace
}  // namespace cartograph

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    fmt::print(stderr, "usage: ingestion_benchmark LANDING [options of Google Benchmark]\n");
    return 2;
  }
  try {
    const cartograph::Workplace place(argv[1]);
    cartograph::add_all(place);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
