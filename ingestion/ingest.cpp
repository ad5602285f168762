// Deliveries of one feed and landing date are decoded together, into one file of the lake.
#include "ingestion/ingest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/stopping.hpp"
#include "ingestion/feed_reader.hpp"

namespace cartograph::ingestion {
namespace {

// The rows of some deliveries of one feed, one reader after the other.
class DeliveriesSource final : public RowSource {
 public:
  DeliveriesSource(const contracts::Feed& feed, std::size_t threads, std::stop_token stop,
                   std::function<void(std::int64_t)> count_bytes)
      : feed_(feed),
        threads_(threads),
        stop_(std::move(stop)),
        count_bytes_(std::move(count_bytes)) {}

  // `bytes` are those of the file as it landed.
  void add(std::unique_ptr<FeedReader> reader, std::int64_t bytes) {
    const std::size_t unpacked = reader->file().bytes().size();
    shares_.push_back(unpacked == 0 ? 0 : static_cast<double>(bytes) / double(unpacked));
    readers_.push_back(std::move(reader));
  }
  const std::vector<std::unique_ptr<FeedReader>>& readers() const { return readers_; }

  const Schema& schema() const override { return feed_.staging; }
  std::size_t max_cursors() const override { return threads_; }
  std::unique_ptr<Cursor> cursor() override { return std::make_unique<DeliveriesCursor>(*this); }

 private:
  class DeliveriesCursor final : public Cursor {
   public:
    explicit DeliveriesCursor(DeliveriesSource& source) : source_(source) {}

    bool next(RowBatch& batch) override {
      while (!batch.full()) {
        if (in_block_) {
          in_block_ = decoder_->decode(batch);
          continue;
        }
        if (!next_block()) break;
      }
      return batch.rows() > 0;
    }

   private:
    bool next_block() {
      expect_not_stopped(source_.stop_);
      while (current_ < source_.readers_.size()) {
        FeedReader& reader = *source_.readers_[current_];
        FeedReader::Block block;
        if (reader.next_block(block)) {
          if (!decoder_) decoder_ = reader.decoder();
          decoder_->start(block);
          const double bytes = double(block.bytes.size()) * source_.shares_[current_];
          source_.count_bytes_(static_cast<std::int64_t>(bytes));
          in_block_ = true;
          return true;
        }
        decoder_.reset();
        ++current_;
      }
      return false;
    }

    DeliveriesSource& source_;
    std::size_t current_ = 0;
    std::unique_ptr<FeedReader::BlockDecoder> decoder_;
    bool in_block_ = false;
  };

  const contracts::Feed& feed_;
  std::size_t threads_;
  std::stop_token stop_;
  std::function<void(std::int64_t)> count_bytes_;
  std::vector<std::unique_ptr<FeedReader>> readers_;
  std::vector<double> shares_;  // of each reader: landed bytes a byte that it reads
};

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

// What a stop has broken off is not an error of the lake.
void write(PendingLake& lake, std::string_view table, std::string_view partition, RowSource& source,
           const std::stop_token& stop) {
  try {
    lake.write(table, partition, source);
  } catch (const Error&) {
    expect_not_stopped(stop);
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
  std::int64_t done = 0;
  for (const LandedFile& file : listing.files) {
    expect_not_stopped(stop);
    Delivery delivery;
    delivery.file = file;
    delivery.fingerprint = fingerprints.of(file.path, stop);
    progress(++done, static_cast<std::int64_t>(listing.files.size()));
    const auto known = latest_checksum.find(file.source_file);
    if (known != latest_checksum.end() && known->second == delivery.fingerprint.checksum) continue;
    last = std::max(now(), Instant{last.micros + 1});
    delivery.ingested_at = last;
    found.push_back(std::move(delivery));
  }
  return found;
}

void decode(std::vector<Delivery>& deliveries, const DecodeOptions& options, RejectSpool& rejects,
            PendingLake& lake, const Progress& progress) {
  std::int64_t all = 0;
  for (const Delivery& delivery : deliveries) all += delivery.fingerprint.bytes;
  std::atomic<std::int64_t> done = 0;
  const auto count_bytes = [&](std::int64_t bytes) { progress(done += bytes, all); };

  std::map<std::pair<Day, std::string_view>, std::vector<Delivery*>> groups;
  for (Delivery& delivery : deliveries) {
    groups[{delivery.file.landing_date, delivery.file.feed->name}].push_back(&delivery);
  }
  for (auto& [group, members] : groups) {
    const contracts::Feed& feed = *members.front()->file.feed;
    DeliveriesSource source(feed, options.threads, options.stop, count_bytes);
    for (const Delivery* delivery : members) {
      source.add(
          open_feed_reader(delivery->file, options.context,
                           {delivery->ingested_at, delivery->file.source_file, options.run_id},
                           rejects, options.temporary_folder, options.stop),
          delivery->fingerprint.bytes);
    }
    write(lake, feed.staging_table(), "landing_date=" + to_string(group.first), source,
          options.stop);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const FeedReader& reader = *source.readers()[i];
      reader.file().expect_unchanged_since(members[i]->fingerprint.identity);
      members[i]->rows_read = reader.rows_read();
      members[i]->rows_quarantined = reader.rows_quarantined();
      members[i]->rejected_whole = reader.rejected_whole();
      members[i]->rejections = reader.rejections();
      if (reader.rows_read() > 0 && members[i]->rows_staged() == 0) {
        members[i]->looks_like = reader.looks_like();
      }
      members[i]->unended_line = reader.unended_line();
      members[i]->unknown_columns = reader.unknown_columns();
    }
  }
  expect_not_stopped(options.stop);
  if (rejects.rows() > 0) lake.write("quarantine", {}, rejects, "source_file, source_line");
  LoadedFilesSource loaded(deliveries, options.run_id);
  lake.write("loaded_files", {}, loaded, "ingested_at");
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
