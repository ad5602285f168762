// Parquet is written by an in-memory DuckDB, whatever engine holds the warehouse.
#include "ingestion/lake.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw Error(
      fmt::format("cannot write into {}: {}; make the data folder writable and make room in it, or "
                  "name another "
                  "with --data",
                  folder.string(), error.message()));
}

std::vector<fs::path> parquet_files(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".parquet") {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Removes `pending`, and the places below `root` that were made for its files, where they are
// empty.
void discard(const fs::path& pending, const fs::path& root) {
  std::error_code ignored;
  for (const fs::path& file : parquet_files(pending)) {
    fs::path place = root / fs::relative(file, pending).parent_path();
    for (; place != root; place = place.parent_path()) fs::remove(place, ignored);
  }
  fs::remove_all(pending, ignored);
}

// Moves what lies below `pending` to the same places below `root`.
void move_into_place(const fs::path& pending, const fs::path& root) {
  for (const fs::path& file : parquet_files(pending)) {
    const fs::path target = root / fs::relative(file, pending);
    make_folder(target.parent_path());
    fs::rename(file, target);
  }
  fs::remove_all(pending);
}

}  // namespace

Lake::Lake(const fs::path& data, int threads) : root_(data / "lake"), options_{data, threads} {}

void Lake::recover(const std::function<bool(const std::string&)>& is_published) {
  const fs::path pending = root_ / ".pending";
  if (!fs::exists(pending)) return;
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(pending)) runs.push_back(entry.path());
  for (const fs::path& run : runs) {
    if (is_published(run.filename().string())) {
      move_into_place(run, root_);
    } else {
      discard(run, root_);
    }
  }
}

std::vector<fs::path> Lake::files(std::string_view table) const {
  return parquet_files(root_ / table);
}

PendingLake::PendingLake(const Lake& lake, std::string run_id)
    : root_(lake.root_),
      folder_(lake.root_ / ".pending" / run_id),
      run_id_(std::move(run_id)),
      engine_("", warehouse::duckdb::Access::read_write, lake.options_) {
  make_folder(folder_);
}

PendingLake::~PendingLake() {
  if (!is_settled_) discard(folder_, root_);
}

void PendingLake::write(std::string_view table, std::string_view partition, RowSource& source,
                        std::string_view order_by) {
  const fs::path folder = folder_ / table / partition;
  make_folder(folder);
  const fs::path file = folder / fmt::format("{}-{}.parquet", run_id_, next_file_++);
  const auto written = engine_.query(fmt::format(
      "copy (select * from {} {}) to {} (format parquet, compression snappy)", engine_.scan(source),
      order_by.empty() ? "" : fmt::format("order by {}", order_by),
      warehouse::quote_literal(file.string())));
  if (written.number() == 0) {
    fs::remove(file);
    return;
  }
  // What may fail shall do so before the warehouse publishes.
  make_folder(root_ / table / partition);
}

void PendingLake::export_csv(std::string_view table, const fs::path& to) {
  std::string list;
  for (const fs::path& file : files(table)) {
    list += (list.empty() ? "" : ", ") + warehouse::quote_literal(file.string());
  }
  make_folder(to.parent_path());
  engine_.execute(
      fmt::format("copy (select * from read_parquet([{}], hive_partitioning = false) "
                  "order by source_file, source_line) to {} (format csv, header)",
                  list, warehouse::quote_literal(to.string())));
}

std::vector<fs::path> PendingLake::files(std::string_view table) const {
  return parquet_files(folder_ / table);
}

void PendingLake::publish() {
  is_settled_ = true;
  move_into_place(folder_, root_);
}

}  // namespace cartograph::ingestion
