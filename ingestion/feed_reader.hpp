// Reads one delivery's rows by its feed's contract, block after block, from several threads.
// Good rows go into batches, bad ones to the spool of rejects; a file that cannot be read as rows
// at all is rejected whole, as one row.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/rejections.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {

/// The column in which an export of rejected rows has their reasons: it is read over in silence.
inline constexpr std::string_view kReasonsColumn = "rejected_because";

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
  /// What was rejected of it. Known at the end.
  const Rejections& rejections() const { return rejections_; }
  /// What a file of which no row could be taken seems to be, with the way out; empty where it is
  /// what its name says, as far as can be seen.
  virtual std::string looks_like() const = 0;
  /// Its last line, where no line end follows though one should; else 0. Known at the end.
  std::int64_t unended_line() const { return unended_line_; }
  /// Columns of the file that the contract does not know, by name.
  std::set<std::string> unknown_columns() const;

 protected:
  FeedReader(const LandedFile& landed, const contracts::Context& context,
             contracts::Lineage lineage, RejectSpool& rejects,
             const std::filesystem::path& temporary_folder, const std::stop_token& stop = {});

  /// `values` are the row's texts in the contract's order, none where it could not be read.
  void reject(std::int64_t line, std::string_view reasons, std::string_view raw_row,
              std::span<const std::string_view> values = {});
  void reject_header_again(std::int64_t line, std::string_view reasons, std::string_view raw_row);
  void reject_whole(std::string reasons, std::string_view raw_row);
  void note_unknown_column(std::string_view name);
  void count_rows(std::int64_t rows) { rows_read_ += rows; }
  void note_unended_line(std::int64_t line) { unended_line_ = line; }

  const contracts::Feed& feed_;
  const contracts::Context& context_;
  const contracts::Lineage lineage_;

 private:
  RejectSpool& rejects_;
  SourceFile file_;
  std::atomic<std::int64_t> rows_read_ = 0;
  std::atomic<std::int64_t> rows_quarantined_ = 0;
  std::atomic<std::int64_t> unended_line_ = 0;
  std::string rejected_whole_;
  mutable std::mutex mutex_;
  std::set<std::string> unknown_columns_;
  Rejections rejections_;
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
