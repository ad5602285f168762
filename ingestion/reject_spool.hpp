// Rejected rows on their way into quarantine. They are kept in an unnamed file, not in memory,
// since a bad file may hold any number of them. append() may be called from several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/row_batch.hpp"

namespace cartograph::ingestion {

struct Reject {
  std::string_view source_file;
  std::int64_t source_line = 0;
  std::string_view feed;
  std::string_view reasons;
  std::string_view raw_row;  // any bytes
  Instant ingested_at;
};

/// Of a raw row no more than this is kept; the file in the landing folder has the rest.
inline constexpr std::size_t kRawRowBytesMax = 1 << 20;

class RejectSpool final : public RowSource {
 public:
  RejectSpool(const std::filesystem::path& temporary_folder, std::string run_id);
  ~RejectSpool() override;

  void append(const Reject& reject);
  std::int64_t rows() const { return rows_; }

  /// Rows of the table quarantine, in the order of append(); one pass at a time.
  const Schema& schema() const override { return kSchema; }
  std::unique_ptr<Cursor> cursor() override;
  std::size_t max_cursors() const override { return 1; }

 private:
  static const Schema kSchema;
  std::mutex mutex_;
  std::FILE* file_;
  std::string run_id_;
  std::atomic<std::int64_t> rows_ = 0;
};

}  // namespace cartograph::ingestion
