// The parts of the program put together by hand, without the command line.
#include "tests/support.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/csv_text.hpp"
#include "ingestion/feed_reader.hpp"
#include "ingestion/recurring_keys.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/staged_counts.hpp"
#include "ingestion/staged_oddities.hpp"
#include "ingestion/staging.hpp"
#include "pipelines/models.hpp"
#include "pipelines/work_tables.hpp"

namespace cartograph::tests {
namespace {

namespace fs = std::filesystem;

Value text_of(const ColumnData& column, ColumnType type, std::size_t row) {
  if (!column.valid[row]) return std::nullopt;
  switch (type) {
    case ColumnType::text: return std::string(column.texts[row]);
    case ColumnType::hash:
      return fmt::format("{:016x}{:016x}", column.hashes[row].high, column.hashes[row].low);
    default: return std::to_string(column.numbers[row]);
  }
}

std::vector<StagedRow> rows_of(const RowBatch& batch, const Schema& schema) {
  std::vector<StagedRow> rows(batch.rows());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      rows[row].values[schema[i].name] = text_of(batch.column(i), schema[i].type, row);
    }
    rows[row].line = std::stoll(*rows[row].values.at("source_line"));
  }
  return rows;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "cartograph-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = fs::canonical(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path write_file(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
  return path;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string gzip(std::string_view content) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("cannot compress");
  }
  std::string packed(::deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = ::deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("cannot compress");
  return packed;
}

fs::path golden_folder() { return fs::path(CARTOGRAPH_SOURCE_DIR) / "tests" / "golden"; }
fs::path golden_landing() { return golden_folder() / "landing"; }

std::uint64_t random_seed() {
  if (const char* given = std::getenv("TEST_SEED")) return std::stoull(given);
  return std::random_device{}();
}

std::string ReadFile::only(std::string_view column) const {
  if (staged.size() == 1 && rejected.empty()) {
    return staged[0].values.at(std::string(column)).value_or("null");
  }
  return only_reasons();
}

std::string ReadFile::only_reasons() const {
  if (staged.empty() && rejected.size() == 1) return "<" + rejected[0].reasons + ">";
  return fmt::format("<{} staged, {} rejected>", staged.size(), rejected.size());
}

ingestion::LandedFile landed_file(const fs::path& landing, const std::string& name) {
  const auto listing = ingestion::list_landing(landing);
  for (const auto& file : listing.files) {
    if (file.path.filename() == name) return file;
  }
  throw std::runtime_error(name + " is no feed's file");
}

ReadFile read_landed(const TemporaryFolder& folder, const std::string& name,
                     std::string_view content, const ReadOptions& options) {
  const TemporaryFolder landing;
  write_file(landing / "2025-03-10" / name, content);
  const auto landed = landed_file(landing.path(), name);
  const contracts::Context& context = options.context;
  ingestion::RejectSpool rejects(folder / "tmp", "run");
  const auto reader = ingestion::open_feed_reader(
      landed, context, {Instant{1}, landed.source_file, "run"}, rejects, folder / "tmp");

  ReadFile result;
  std::mutex mutex;
  const auto work = [&] {
    RowBatch batch(landed.feed->staging);
    const auto decoder = reader->decoder();
    ingestion::FeedReader::Block block;
    while (reader->next_block(block)) {
      {
        const std::lock_guard lock(mutex);
        ++result.blocks;
      }
      decoder->start(block);
      for (bool more = true; more;) {
        batch.clear();
        more = decoder->decode(batch);
        std::vector<StagedRow> rows = rows_of(batch, landed.feed->staging);
        const std::lock_guard lock(mutex);
        std::move(rows.begin(), rows.end(), std::back_inserter(result.staged));
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < options.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();

  RowBatch batch(rejects.schema());
  const auto cursor = rejects.cursor();
  while (cursor->next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      result.rejected.push_back({batch.column(2).numbers[i], std::string(batch.column(4).texts[i]),
                                 std::string(batch.column(5).texts[i])});
    }
    batch.clear();
  }
  const auto by_line = [](const auto& a, const auto& b) { return a.line < b.line; };
  std::stable_sort(result.staged.begin(), result.staged.end(), by_line);
  std::stable_sort(result.rejected.begin(), result.rejected.end(), by_line);
  result.rows_read = reader->rows_read();
  result.rows_quarantined = reader->rows_quarantined();
  result.rejected_whole = reader->rejected_whole();
  result.unknown_columns = reader->unknown_columns();
  return result;
}

SmallStore::SmallStore(const RunOptions& options) {
  fs::create_directories(landing());
  settings_.landing = landing();
  settings_.engine = {data(), static_cast<int>(options.threads)};
  settings_.warehouse_url = "duckdb:" + (data() / "warehouse.duckdb").string();
  settings_.reporting_timezone = options.timezone;
  settings_.quality.accept = quality::Accept::whole;
  warehouse_ = warehouse::open(settings_.warehouse_url, settings_.engine);
}

SmallStore::~SmallStore() = default;

void SmallStore::land(const std::string& source_file, std::string_view content) {
  write_file(landing() / source_file, content);
}

void SmallStore::land_golden(std::string_view landing_date) {
  fs::copy(golden_landing() / landing_date, landing() / landing_date,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

std::size_t SmallStore::run(runs::Source source) {
  writer_.reset();
  runs::RunObserver unheard;
  const runs::RunOutcome outcome = runs::run(settings_, source, unheard);
  latest_run_ = outcome.run_id;
  return static_cast<std::size_t>(outcome.counts.files);
}

void SmallStore::rebuild() { run(runs::Source::staging); }

warehouse::Writer& SmallStore::writer() {
  if (!writer_) {
    if (!warehouse_->exists()) run();
    writer_ = warehouse_->writer();
    writer_->make_work_tables(pipelines::work_tables());
    pipelines::create_scope(*writer_, {latest_run_, pipelines::kEverything});
    ingestion::count_staged(*writer_, pipelines::kEverything);
    ingestion::find_recurring_keys(*writer_, pipelines::kEverything);
    ingestion::find_staged_oddities(*writer_, pipelines::kEverything);
    quality::mark_everything(*writer_);
  }
  return *writer_;
}

std::vector<quality::Result> SmallStore::check(const quality::Settings& settings) {
  return quality::run_checks(writer(), settings, quality::Scope::changed);
}

std::vector<warehouse::TableSpec> staging_tables() { return ingestion::staging_tables(); }

std::vector<std::string> csv_lines(warehouse::Connection& connection, std::string_view sql) {
  std::vector<std::string> lines;
  const auto columns = connection.for_each(sql, {}, [&](const auto&, const warehouse::Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += ',';
      append_csv_value(line, row[i].value_or(""));
    }
    lines.push_back(std::move(line));
  });
  std::sort(lines.begin(), lines.end());
  std::string header;
  for (const auto& column : columns) header += (header.empty() ? "" : ",") + column.name;
  lines.insert(lines.begin(), header);
  return lines;
}

std::vector<std::string> golden_lines(std::string_view table) {
  std::istringstream text(read_file(golden_folder() / "expected" / fmt::format("{}.csv", table)));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  std::sort(lines.begin() + 1, lines.end());
  return lines;
}

std::string golden_select(std::string_view table) {
  const std::string header = golden_lines(table).front();
  if (table != "fct_order_items") return fmt::format("select {} from {}", header, table);
  std::string columns;
  std::istringstream names(header);
  for (std::string name; std::getline(names, name, ',');) {
    const bool of_product = name == "product_valid_from";
    columns += fmt::format("{}{}", columns.empty() ? "" : ", ",
                           of_product ? "p.valid_from as product_valid_from" : "i." + name);
  }
  return fmt::format(
      "select {} from fct_order_items i left join dim_product p on p.product_key = i.product_key",
      columns);
}

}  // namespace cartograph::tests
