// What readers of all formats share.
#include "ingestion/feed_reader.hpp"

#include "base/utf8.hpp"
#include "ingestion/csv_reader.hpp"
#include "ingestion/json_reader.hpp"

namespace cartograph::ingestion {
namespace {
// A file with random keys must not fill memory: past this many the drift is plain anyway.
constexpr std::size_t kUnknownColumnsMax = 100;
// Nor must a line without a comma be a message.
constexpr std::size_t kColumnNameCharacters = 100;

}  // namespace

FeedReader::FeedReader(const LandedFile& landed, const contracts::Context& context,
                       contracts::Lineage lineage, RejectSpool& rejects,
                       const std::filesystem::path& temporary_folder, const std::stop_token& stop)
    : feed_(*landed.feed),
      context_(context),
      lineage_(std::move(lineage)),
      rejects_(rejects),
      file_(landed.path, landed.gzipped, temporary_folder, stop) {}

void FeedReader::reject(std::int64_t line, std::string_view reasons, std::string_view raw_row,
                        std::span<const std::string_view> values) {
  rejects_.append({lineage_.source_file, line, feed_.name, reasons, raw_row, lineage_.ingested_at});
  ++rows_quarantined_;
  const std::lock_guard lock(mutex_);
  rejections_.add(feed_, line, reasons, raw_row, values);
}

void FeedReader::reject_header_again(std::int64_t line, std::string_view reasons,
                                     std::string_view raw_row) {
  rejects_.append({lineage_.source_file, line, feed_.name, reasons, raw_row, lineage_.ingested_at});
  ++rows_quarantined_;
  const std::lock_guard lock(mutex_);
  rejections_.add_header_again(line, reasons);
}

void FeedReader::reject_whole(std::string reasons, std::string_view raw_row) {
  reject(1, reasons, raw_row);
  count_rows(1);
  rejected_whole_ = std::move(reasons);
}

void FeedReader::note_unknown_column(std::string_view name) {
  if (contracts::equals_ignoring_case(name, kReasonsColumn)) return;
  const std::lock_guard lock(mutex_);
  if (unknown_columns_.size() < kUnknownColumnsMax) {
    unknown_columns_.insert(visible(name, kColumnNameCharacters));
  }
}

std::set<std::string> FeedReader::unknown_columns() const {
  const std::lock_guard lock(mutex_);
  return unknown_columns_;
}

std::unique_ptr<FeedReader> open_feed_reader(const LandedFile& landed,
                                             const contracts::Context& context,
                                             contracts::Lineage lineage, RejectSpool& rejects,
                                             const std::filesystem::path& temporary_folder,
                                             const std::stop_token& stop) {
  if (landed.format == Format::csv) {
    return std::make_unique<CsvReader>(landed, context, std::move(lineage), rejects,
                                       temporary_folder, stop);
  }
  return std::make_unique<JsonReader>(landed, context, std::move(lineage), rejects,
                                      temporary_folder, stop);
}

}  // namespace cartograph::ingestion
