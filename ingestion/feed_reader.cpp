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
constexpr std::size_t kColumnNameBytesMax = 100;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string shortened(std::string_view name) {
  if (name.size() <= kColumnNameBytesMax) return printable_name(name);
  std::size_t size = kColumnNameBytesMax;
  while (size > 0 && continues_character(name[size])) --size;
  return printable_name(name.substr(0, size)) + "…";
}

}  // namespace

FeedReader::FeedReader(const LandedFile& landed, const contracts::Context& context,
                       contracts::Lineage lineage, RejectSpool& rejects,
                       const std::filesystem::path& temporary_folder, const std::stop_token& stop)
    : feed_(*landed.feed),
      context_(context),
      lineage_(std::move(lineage)),
      rejects_(rejects),
      file_(landed.path, landed.gzipped, temporary_folder, stop) {}

void FeedReader::reject(std::int64_t line, std::string_view reasons, std::string_view raw_row) {
  rejects_.append({lineage_.source_file, line, feed_.name, reasons, raw_row, lineage_.ingested_at});
  ++rows_quarantined_;
}

void FeedReader::reject_whole(std::string reasons, std::string_view raw_row) {
  reject(1, reasons, raw_row);
  count_rows(1);
  rejected_whole_ = std::move(reasons);
}

void FeedReader::note_unknown_column(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (unknown_columns_.size() < kUnknownColumnsMax) unknown_columns_.insert(shortened(name));
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
