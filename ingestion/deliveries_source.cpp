// A batch's texts lie in the files that its rows are from: a cursor holds these until it is asked
// for the next one.
#include "ingestion/deliveries_source.hpp"

#include <algorithm>
#include <utility>

#include "base/stopping.hpp"

namespace cartograph::ingestion {
namespace {

// Of so many files a batch may hold rows: tiny ones shall not be kept open by the thousand.
constexpr std::size_t kFilesInBatchMax = 8;

// Writes what the reader has found out into its delivery, when all is read.
void keep_findings(const FeedReader& reader, Delivery& delivery) {
  reader.file().expect_unchanged_since(delivery.fingerprint.identity);
  delivery.rows_read = reader.rows_read();
  delivery.rows_quarantined = reader.rows_quarantined();
  delivery.rejected_whole = reader.rejected_whole();
  delivery.rejections = reader.rejections();
  if (delivery.rows_read > 0 && delivery.rows_staged() == 0) {
    delivery.looks_like = reader.looks_like();
  }
  delivery.unended_line = reader.unended_line();
  delivery.unknown_columns = reader.unknown_columns();
}

}  // namespace

// A delivery that is being read.
struct DeliveriesSource::File {
  Delivery* delivery;
  std::unique_ptr<FeedReader> reader;
  double landed_share = 0;  // landed bytes a byte that the reader gives
  int cursors = 0;          // that have it in hand
  bool has_blocks = true;
};

class DeliveriesSource::DeliveriesCursor final : public Cursor {
 public:
  explicit DeliveriesCursor(DeliveriesSource& source) : source_(source) {}

  bool next(RowBatch& batch) override {
    try {
      let_go();
      fill(batch);
      source_.look_at_(batch);
    } catch (...) {
      source_.note_failure(std::current_exception());
      throw;
    }
    return batch.rows() > 0;
  }

 private:
  void fill(RowBatch& batch) {
    while (!batch.full() && read_.size() < kFilesInBatchMax) {
      if (in_block_) {
        in_block_ = decoder_->decode(batch);
      } else if (!next_block()) {
        return;
      }
      // A batch without rows would be the end.
      if (batch.rows() == 0) let_go();
    }
  }

  void let_go() {
    for (File* file : std::exchange(read_, {})) source_.let_go(*file);
  }

  // Starts with the next block, or ends with a file; false where all are done.
  bool next_block() {
    expect_not_stopped(source_.stop_);
    if (file_ == nullptr) file_ = source_.take_file();
    if (file_ == nullptr) return false;
    FeedReader::Block block;
    if (file_->reader->next_block(block)) {
      start(block);
      return true;
    }
    decoder_.reset();
    source_.hand_out_no_more(*file_);
    read_.push_back(std::exchange(file_, nullptr));
    return true;
  }

  void start(const FeedReader::Block& block) {
    if (!decoder_) decoder_ = file_->reader->decoder();
    decoder_->start(block);
    const double landed = static_cast<double>(block.bytes.size()) * file_->landed_share;
    source_.count_bytes_(static_cast<std::int64_t>(landed));
    in_block_ = true;
  }

  DeliveriesSource& source_;
  File* file_ = nullptr;     // whose blocks are being read
  std::vector<File*> read_;  // whose rows may still be in the batch
  std::unique_ptr<FeedReader::BlockDecoder> decoder_;
  bool in_block_ = false;
};

DeliveriesSource::DeliveriesSource(const contracts::Feed& feed, std::vector<Delivery*> deliveries,
                                   std::size_t threads, std::stop_token stop, Open open,
                                   CountBytes count_bytes, LookAt look_at)
    : feed_(feed),
      deliveries_(std::move(deliveries)),
      threads_(threads),
      stop_(std::move(stop)),
      open_(std::move(open)),
      count_bytes_(std::move(count_bytes)),
      look_at_(std::move(look_at)) {}

DeliveriesSource::~DeliveriesSource() = default;

std::unique_ptr<RowSource::Cursor> DeliveriesSource::cursor() {
  return std::make_unique<DeliveriesCursor>(*this);
}

// The next file that nobody has opened; after the last, one that has blocks left; null where there
// is none.
DeliveriesSource::File* DeliveriesSource::take_file() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (failure_) std::rethrow_exception(failure_);
    if (next_ < deliveries_.size()) return open_next(lock);
    const auto found =
        std::ranges::find_if(files_, [](const auto& file) { return file->has_blocks; });
    if (found != files_.end()) {
      ++(*found)->cursors;
      return found->get();
    }
    if (opening_ == 0) return nullptr;
    opened_.wait(lock);
  }
}

// Unlocked while it opens it, which for a packed file takes long.
DeliveriesSource::File* DeliveriesSource::open_next(std::unique_lock<std::mutex>& lock) {
  const std::size_t number = next_++;
  Delivery& delivery = *deliveries_[number];
  ++opening_;
  lock.unlock();
  auto file = std::make_unique<File>();
  file->delivery = &delivery;
  file->cursors = 1;
  try {
    file->reader = open_(number);
  } catch (...) {
    lock.lock();
    --opening_;
    opened_.notify_all();
    throw;
  }
  if (const std::size_t bytes = file->reader->file().bytes().size(); bytes > 0) {
    file->landed_share =
        static_cast<double>(delivery.fingerprint.bytes) / static_cast<double>(bytes);
  }
  lock.lock();
  --opening_;
  opened_.notify_all();
  return files_.emplace_back(std::move(file)).get();
}

void DeliveriesSource::hand_out_no_more(File& file) {
  const std::lock_guard lock(mutex_);
  file.has_blocks = false;
}

// The last cursor that has a file in hand closes it.
void DeliveriesSource::let_go(File& file) {
  std::unique_ptr<File> done;
  {
    const std::lock_guard lock(mutex_);
    if (--file.cursors > 0) return;
    const auto at = std::ranges::find(files_, &file, [](const auto& f) { return f.get(); });
    done = std::move(*at);
    files_.erase(at);
  }
  keep_findings(*done->reader, *done->delivery);
}

// Those who wait for a file to be opened shall not wait for ever.
void DeliveriesSource::note_failure(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
  opened_.notify_all();
}

void DeliveriesSource::rethrow_failure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace cartograph::ingestion
