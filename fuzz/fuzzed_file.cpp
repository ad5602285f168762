// The file lies in memory: writing it to a disk would be most of the time.
#include "fuzz/fuzzed_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "ingestion/feed_reader.hpp"
#include "ingestion/quarantine_export.hpp"

namespace cartograph::fuzz {
namespace {

namespace fs = std::filesystem;

void expect(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

contracts::Context context_of(unsigned choices) {
  contracts::Context context;
  if (choices & 1) context.encoding = contracts::Encoding::windows_1252;
  if (choices & 2) {
    contracts::FeedMapping mapping;
    mapping.columns = {{"Nummer", "order_id"}, {"order_id", "sku"}};
    mapping.values = {{"quantity", {{"eins", "1"}, {"-", ""}}}};
    mapping.defaults = {{"tax_amount", "0"}};
    context.mappings =
        std::make_shared<const contracts::Mappings>(contracts::Mappings{{"order_items", mapping}});
  }
  return context;
}

// A file without a name on any disk, by a path that can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("fuzzed", 0)) {
    expect(::write(descriptor_, content.data(), content.size()) ==
               static_cast<ssize_t>(content.size()),
           "memory takes the file");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  fs::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

ingestion::LandedFile landed(const std::string& name, const fs::path& path) {
  ingestion::LandedFile file;
  file.source_file = "2025-03-10/" + name;
  file.path = path;
  file.feed = contracts::find_feed(name.substr(0, name.find('.')));
  file.format = name.ends_with(".csv")    ? ingestion::Format::csv
                : name.ends_with(".json") ? ingestion::Format::json_array
                                          : ingestion::Format::json_lines;
  file.gzipped = false;
  return file;
}

struct Read {
  std::int64_t read = 0;
  std::int64_t staged = 0;
  std::int64_t rejected = 0;
  bool whole = false;
};

Read read(const ingestion::LandedFile& file, const contracts::Context& context,
          ingestion::RejectSpool& rejects) {
  const auto reader = ingestion::open_feed_reader(
      file, context, {Instant{1}, file.source_file, "run"}, rejects, fs::temp_directory_path());
  RowBatch batch(file.feed->staging);
  const auto decoder = reader->decoder();
  ingestion::FeedReader::Block block;
  Read result;
  while (reader->next_block(block)) {
    decoder->start(block);
    for (bool more = true; more;) {
      batch.clear();
      more = decoder->decode(batch);
      result.staged += static_cast<std::int64_t>(batch.rows());
    }
  }
  result.read = reader->rows_read();
  result.rejected = reader->rows_quarantined();
  result.whole = !reader->rejected_whole().empty();
  reader->looks_like();
  for (const auto& row : reader->rejections().first())
    expect(!row.what.empty(), "a row is told of");
  return result;
}

// What is exported of the rejects is read back as so many rows, none of which is taken.
void expect_export_is_refused(const ingestion::LandedFile& file, const contracts::Context& context,
                              std::string_view content, ingestion::RejectSpool& rejects) {
  ingestion::RowRestorer restorer(*file.feed, context);
  std::optional<ingestion::FileShape> shape;
  const bool is_plain = context.encoding == contracts::Encoding::utf_8 &&
                        !content.starts_with("\xFF\xFE") && !content.starts_with("\xFE\xFF") &&
                        !content.starts_with("\xEF\xBB\xBF");
  if (file.format == ingestion::Format::csv && is_plain) {
    shape = ingestion::read_shape(content, *file.feed, context.mapping(file.feed->name));
  }
  std::string exported = restorer.header();
  std::int64_t rows = 0;
  const auto cursor = rejects.cursor();
  RowBatch batch(rejects.schema());
  while (cursor->next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      ingestion::RejectedRow row;
      row.source_file = file.source_file;
      row.source_line = batch.column(2).numbers[i];
      row.feed = file.feed;
      row.reasons = batch.column(4).texts[i];
      row.raw_row = batch.column(5).texts[i];
      expect(!row.reasons.empty(), "a rejected row has reasons");
      restorer.key(row, shape);
      rows += restorer.restore(row, shape, exported) != ingestion::Restored::whole_file;
    }
    batch.clear();
  }
  if (rows == 0) return;
  const MemoryFile memory(exported);
  ingestion::RejectSpool again(fs::temp_directory_path(), "again");
  const Read result =
      read(landed(std::string(file.feed->name) + ".csv", memory.path()), context, again);
  expect(!result.whole, "an export has a header that can be read");
  expect(result.read == rows, "an export has a row for each reject");
  expect(result.staged == 0, "a rejected row is not taken unmended");
}

}  // namespace

void read_fuzzed_file(const std::string& name, std::string_view content, unsigned choices) {
  const contracts::Context context = context_of(choices);
  const MemoryFile memory(content);
  const ingestion::LandedFile file = landed(name, memory.path());
  ingestion::RejectSpool rejects(fs::temp_directory_path(), "run");
  const Read result = read(file, context, rejects);
  expect(result.read == result.staged + result.rejected, "rows read = staged + rejected");
  expect(result.rejected == rejects.rows(), "rejected rows are kept");
  if (result.whole) expect(result.read == 1 && result.staged == 0, "a file is rejected as one row");
  expect_export_is_refused(file, context, content, rejects);
}

}  // namespace cartograph::fuzz
