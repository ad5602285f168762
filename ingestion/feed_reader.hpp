// Reads one delivery's rows by its feed's contract, block after block, from several threads.
// Good rows go into batches, bad ones to the spool of rejects; a file that cannot be read as rows
// at all is rejected whole, as one row.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {

class FeedReader {
 public:
  /// A run of whole rows.
  struct Block {
    std::string_view bytes;
    std::int64_t first_line = 1;
  };

  /// Decodes the rows of blocks, some at a time; one for each thread.
  class BlockDecoder {
   public:
    virtual ~BlockDecoder() = default;
    virtual void start(const Block& block) = 0;
    /// Decodes rows into `batch` until it is full or the block is done; false when it is done.
    virtual bool decode(RowBatch& batch) = 0;
  };

  virtual ~FeedReader() = default;

  /// The next block; false when there is none left. Thread-safe.
  virtual bool next_block(Block& block) = 0;
  virtual std::unique_ptr<BlockDecoder> decoder() = 0;

  const contracts::Lineage& lineage() const { return lineage_; }
  const SourceFile& file() const { return file_; }
  std::int64_t rows_read() const { return rows_read_; }
  std::int64_t rows_quarantined() const { return rows_quarantined_; }
  /// Why nothing of the file could be read; empty where it could.
  const std::string& rejected_whole() const { return rejected_whole_; }
  /// Columns of the file that the contract does not know, by name.
  std::set<std::string> unknown_columns() const;

 protected:
  FeedReader(const LandedFile& landed, const contracts::Context& context,
             contracts::Lineage lineage, RejectSpool& rejects,
             const std::filesystem::path& temporary_folder, const std::stop_token& stop = {});

  void reject(std::int64_t line, std::string_view reasons, std::string_view raw_row);
  void reject_whole(std::string reasons, std::string_view raw_row);
  void note_unknown_column(std::string_view name);
  void count_rows(std::int64_t rows) { rows_read_ += rows; }

  const contracts::Feed& feed_;
  const contracts::Context& context_;
  const contracts::Lineage lineage_;

 private:
  RejectSpool& rejects_;
  SourceFile file_;
  std::atomic<std::int64_t> rows_read_ = 0;
  std::atomic<std::int64_t> rows_quarantined_ = 0;
  std::string rejected_whole_;
  mutable std::mutex mutex_;
  std::set<std::string> unknown_columns_;
};

/// The reader for the format of `landed`. Throws Error where the file cannot be read or unpacked,
/// and Stopped.
/// `context` and `rejects` have to outlive it.
std::unique_ptr<FeedReader> open_feed_reader(const LandedFile& landed,
                                             const contracts::Context& context,
                                             contracts::Lineage lineage, RejectSpool& rejects,
                                             const std::filesystem::path& temporary_folder,
                                             const std::stop_token& stop = {});

}  // namespace cartograph::ingestion
