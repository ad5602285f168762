// Deliveries of one feed are decoded together, into one file of the lake.
#include "ingestion/ingest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/stopping.hpp"
#include "ingestion/ahead.hpp"
#include "ingestion/deliveries_source.hpp"

namespace cartograph::ingestion {
namespace {

// They wait for disks and networks more than they work.
constexpr std::size_t kThreadsAhead = 8;
constexpr std::size_t kFilesAhead = 16;

// The rows of the table loaded_files.
class LoadedFilesSource final : public RowSource {
 public:
  LoadedFilesSource(const std::vector<Delivery>& deliveries, const std::string& run_id)
      : deliveries_(deliveries), run_id_(run_id) {}

  const Schema& schema() const override { return kSchema; }
  std::size_t max_cursors() const override { return 1; }
  std::unique_ptr<Cursor> cursor() override { return std::make_unique<FilesCursor>(*this); }

 private:
  class FilesCursor final : public Cursor {
   public:
    explicit FilesCursor(const LoadedFilesSource& source) : source_(source) {}
    bool next(RowBatch& batch) override {
      for (; !batch.full() && next_ < source_.deliveries_.size(); ++next_) {
        const Delivery& delivery = source_.deliveries_[next_];
        batch.set_text(0, delivery.file.source_file);
        batch.set_number(1, delivery.ingested_at.micros);
        batch.set_text(2, delivery.fingerprint.checksum);
        batch.set_text(3, delivery.file.feed->name);
        batch.set_number(4, delivery.file.landing_date.since_epoch);
        batch.set_number(5, delivery.fingerprint.bytes);
        batch.set_number(6, delivery.rows_read);
        batch.set_number(7, delivery.rows_staged());
        batch.set_number(8, delivery.rows_quarantined);
        batch.set_text(9, source_.run_id_);
        batch.add_row();
      }
      return batch.rows() > 0;
    }

   private:
    const LoadedFilesSource& source_;
    std::size_t next_ = 0;
  };

  static const Schema kSchema;
  const std::vector<Delivery>& deliveries_;
  const std::string& run_id_;
};

const Schema LoadedFilesSource::kSchema = {
    {"source_file", ColumnType::text},        {"ingested_at", ColumnType::timestamp},
    {"checksum", ColumnType::text},           {"feed", ColumnType::text},
    {"landing_date", ColumnType::date},       {"bytes", ColumnType::bigint},
    {"rows_read", ColumnType::bigint},        {"rows_staged", ColumnType::bigint},
    {"rows_quarantined", ColumnType::bigint}, {"run_id", ColumnType::text}};

std::unique_ptr<FeedReader> open(const Delivery& delivery, const DecodeOptions& options,
                                 RejectSpool& rejects) {
  auto reader = open_feed_reader(delivery.file, options.context,
                                 {delivery.ingested_at, delivery.file.source_file, options.run_id},
                                 rejects, options.temporary_folder, options.stop);
  reader->file().read_ahead();
  return reader;
}

// Writes the rows of a feed's deliveries as one file.
void write(PendingLake& lake, std::string_view table, DeliveriesSource& source,
           const std::stop_token& stop) {
  try {
    lake.write(table, source);
  } catch (const Error&) {
    // What a stop has broken off is not an error of the lake.
    expect_not_stopped(stop);
    source.rethrow_failure();
    throw;
  }
}

}  // namespace

std::vector<Delivery> find_new_deliveries(const Listing& listing, warehouse::Connection& connection,
                                          FingerprintCache& fingerprints, const Progress& progress,
                                          const std::stop_token& stop) {
  std::map<std::string, std::string, std::less<>> latest_checksum;
  Instant last{0};
  connection.for_each(
      "select source_file, checksum, cast(epoch_micros as text) from ("
      "select source_file, checksum, ingested_at, "
      "cast(extract(epoch from ingested_at) * 1000000 as bigint) as epoch_micros "
      "from loaded_files) f order by ingested_at",
      {}, [&](const auto&, const warehouse::Row& row) {
        latest_checksum[*row[0]] = *row[1];
        last = Instant{std::stoll(*row[2])};
      });
  std::vector<Delivery> found;
  std::size_t done = 0;
  Ahead<FingerprintCache::Looked> looked(
      listing.files.size(), kThreadsAhead, kFilesAhead,
      [&](std::size_t number) { return fingerprints.look(listing.files[number].path, stop); });
  for (const LandedFile& file : listing.files) {
    expect_not_stopped(stop);
    const FingerprintCache::Looked seen = looked.take(done);
    fingerprints.keep(file.path, seen);
    Delivery delivery;
    delivery.file = file;
    delivery.fingerprint = seen.fingerprint;
    progress(static_cast<std::int64_t>(++done), static_cast<std::int64_t>(listing.files.size()));
    if (file.has_to_be && *file.has_to_be != delivery.fingerprint.identity) continue;
    const auto known = latest_checksum.find(file.source_file);
    if (known != latest_checksum.end() && known->second == delivery.fingerprint.checksum) continue;
    last = std::max(now(), Instant{last.micros + 1});
    delivery.ingested_at = last;
    found.push_back(std::move(delivery));
  }
  return found;
}

std::vector<SeenKeys> decode(std::vector<Delivery>& deliveries, const DecodeOptions& options,
                             RejectSpool& rejects, PendingLake& lake, const Progress& progress) {
  std::int64_t all = 0;
  for (const Delivery& delivery : deliveries) all += delivery.fingerprint.bytes;
  std::atomic<std::int64_t> done = 0;
  const auto count_bytes = [&](std::int64_t bytes) { progress(done += bytes, all); };

  std::vector<SeenKeys> seen;
  for (const contracts::Feed& feed : contracts::feeds()) {
    std::vector<Delivery*> of_feed;
    std::int64_t bytes = 0;
    for (Delivery& delivery : deliveries) {
      if (delivery.file.feed->name != feed.name) continue;
      of_feed.push_back(&delivery);
      bytes += delivery.fingerprint.bytes;
    }
    if (of_feed.empty()) continue;
    KeyWatch keys(feed, bytes);
    Ahead<std::unique_ptr<FeedReader>> readers(
        of_feed.size(), kThreadsAhead, kFilesAhead,
        [&](std::size_t number) { return open(*of_feed[number], options, rejects); });
    DeliveriesSource source(
        feed, of_feed, options.threads, options.stop,
        [&](std::size_t number) { return readers.take(number); }, count_bytes,
        [&](const RowBatch& batch) { keys.look_at(batch); });
    write(lake, feed.staging_table(), source, options.stop);
    seen.push_back(keys.take());
  }
  expect_not_stopped(options.stop);
  if (rejects.rows() > 0) lake.write("quarantine", rejects, "source_file, source_line");
  LoadedFilesSource loaded(deliveries, options.run_id);
  lake.write("loaded_files", loaded, "ingested_at");
  return seen;
}

void load_staging(
    warehouse::Connection& connection,
    const std::function<std::vector<std::filesystem::path>(std::string_view)>& files_of) {
  for (const contracts::Feed& feed : contracts::feeds()) {
    connection.load(feed.staging_table(), files_of(feed.staging_table()));
  }
  for (const std::string_view table : {"quarantine", "loaded_files"}) {
    connection.load(table, files_of(table));
  }
}

}  // namespace cartograph::ingestion
