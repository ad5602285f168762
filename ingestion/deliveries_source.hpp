// The rows of all deliveries of one feed in one pass: files are read side by side, and what is left
// of a large one by all threads together. A few files a thread are open at a time, so that memory
// and unpacked copies do not grow with their number.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/row_batch.hpp"
#include "ingestion/feed_reader.hpp"
#include "ingestion/ingest.hpp"

namespace cartograph::ingestion {

class DeliveriesSource final : public RowSource {
 public:
  using Open = std::function<std::unique_ptr<FeedReader>(std::size_t number)>;
  using CountBytes = std::function<void(std::int64_t bytes)>;
  using LookAt = std::function<void(const RowBatch& batch)>;

  /// `deliveries` are of `feed`, and are given what is found out about them. `open`, which is asked
  /// for each of them once and in order, `count_bytes`, which is told of bytes as they landed, and
  /// `look_at`, which sees all rows, are called from several threads.
  DeliveriesSource(const contracts::Feed& feed, std::vector<Delivery*> deliveries,
                   std::size_t threads, std::stop_token stop, Open open, CountBytes count_bytes,
                   LookAt look_at);
  ~DeliveriesSource() override;

  const Schema& schema() const override { return feed_.staging; }
  std::size_t max_cursors() const override { return threads_; }
  std::unique_ptr<Cursor> cursor() override;

  /// Throws again what a cursor has thrown first, as it was: an engine passes on its words only.
  void rethrow_failure() const;

 private:
  struct File;
  class DeliveriesCursor;

  File* take_file();
  File* open_next(std::unique_lock<std::mutex>& lock);
  void hand_out_no_more(File& file);
  void let_go(File& file);
  void note_failure(std::exception_ptr failure);

  const contracts::Feed& feed_;
  const std::vector<Delivery*> deliveries_;
  const std::size_t threads_;
  const std::stop_token stop_;
  const Open open_;
  const CountBytes count_bytes_;
  const LookAt look_at_;

  mutable std::mutex mutex_;  // guards what follows, and each file's counts
  std::condition_variable opened_;
  std::size_t next_ = 0;     // of the deliveries
  std::size_t opening_ = 0;  // how many threads are at it
  std::vector<std::unique_ptr<File>> files_;
  std::exception_ptr failure_;
};

}  // namespace cartograph::ingestion
