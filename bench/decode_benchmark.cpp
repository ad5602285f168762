// Bytes a second of reading one feed's CSV by contract: tokenise, decode, check, hash, put into
// batches; no engine behind it. Beside it DuckDB's read_csv of the same file into nothing, typed
// and unchecked. The file is made here: 1,000,000 order items.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "contracts/csv_writer.hpp"
#include "ingestion/feed_reader.hpp"
#include "warehouse/duckdb/session.hpp"

namespace cartograph {
namespace {

namespace fs = std::filesystem;

class Workplace {
 public:
  Workplace() : folder(fs::temp_directory_path() / fmt::format("cartograph-bench-{}", ::getpid())) {
    fs::create_directories(folder);
    std::string text;
    contracts::append_csv_header<contracts::OrderItem>(text);
    for (std::int64_t i = 0; i < 1'000'000; ++i) {
      const std::string order = fmt::format("O{:08}", i / 3);
      const std::string sku = fmt::format("SKU-{:05}", i * 7919 % 10'000);
      contracts::OrderItem item;
      item.order_id = order;
      item.line_number = static_cast<std::int32_t>(i % 3 + 1);
      item.sku = sku;
      item.quantity = static_cast<std::int32_t>(i % 4 + 1);
      item.unit_price = Money{500 + i % 9'000};
      item.discount_amount = Money{i % 5 == 0 ? 50 : 0};
      item.tax_amount = Money{i % 900};
      contracts::append_csv_row(text, item);
    }
    std::ofstream(file()) << text;
    bytes = static_cast<std::int64_t>(text.size());
  }
  ~Workplace() { fs::remove_all(folder); }
  fs::path file() const { return folder / "order_items.csv"; }

  fs::path folder;
  std::int64_t bytes = 0;
};

const Workplace& workplace() {
  static const Workplace instance;
  return instance;
}

void decode_by_contract(benchmark::State& state) {
  const Workplace& place = workplace();
  const contracts::Feed& feed = *contracts::find_feed("order_items");
  const contracts::Context context;
  for (auto _ : state) {
    ingestion::RejectSpool rejects(place.folder, "bench");
    const auto reader = ingestion::open_feed_reader(
        {"2025-01-01/order_items.csv", place.file(), &feed, {}, ingestion::Format::csv, false},
        context, {Instant{1}, "2025-01-01/order_items.csv", "bench"}, rejects, place.folder);
    const auto work = [&] {
      RowBatch batch(feed.staging);
      const auto decoder = reader->decoder();
      ingestion::FeedReader::Block block;
      while (reader->next_block(block)) {
        decoder->start(block);
        do {
          batch.clear();
        } while (decoder->decode(batch));
      }
    };
    std::vector<std::thread> others;
    for (std::int64_t i = 1; i < state.range(0); ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    if (reader->rows_read() != 1'000'000) state.SkipWithError("rows were lost");
  }
  state.SetBytesProcessed(state.iterations() * place.bytes);
}
BENCHMARK(decode_by_contract)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void duckdb_read_csv(benchmark::State& state) {
  const Workplace& place = workplace();
  warehouse::duckdb::Session session("", warehouse::duckdb::Access::read_write,
                                     {place.folder, static_cast<int>(state.range(0))});
  for (auto _ : state) {
    session.query(fmt::format(
        "select max(order_id), sum(line_number), max(sku), sum(quantity), sum(unit_price), "
        "sum(discount_amount), sum(tax_amount) from read_csv('{}', header = true, columns = {{"
        "'order_id': 'text', 'line_number': 'integer', 'sku': 'text', 'quantity': 'integer', "
        "'unit_price': 'decimal(18,2)', 'discount_amount': 'decimal(18,2)', "
        "'tax_amount': 'decimal(18,2)'}})",
        place.file().string()));
  }
  state.SetBytesProcessed(state.iterations() * place.bytes);
}
BENCHMARK(duckdb_read_csv)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartograph

BENCHMARK_MAIN();
