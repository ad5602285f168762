// Rejected rows turned back into rows of their feed, to be mended and landed again: whatever they
// were written in, they become plain CSV in names that landing knows, with the reasons beside them.
// A row whose text cannot be split, or is not all known any more, keeps what can be had of it by
// position and its whole text in one field too many: nothing of it is lost, and it is refused until
// somebody has looked at it. Not thread-safe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contracts/feed.hpp"
#include "ingestion/landing.hpp"

namespace cartograph::ingestion {

/// A row of quarantine, or of the rejects of a failed run. `checksum` is that of the delivery it
/// came with, empty where it is unknown.
struct RejectedRow {
  std::string run_id;
  std::string source_file;
  std::string checksum;
  std::int64_t source_line = 0;
  const contracts::Feed* feed = nullptr;
  std::string reasons;
  std::string raw_row;
  Instant ingested_at;
};

enum class Restored {
  in_columns,         // every value stands in its column
  by_likely_columns,  // the same, if the file had the columns that it has today, or those of the
                      // contract in its order; they have the reasons of the rejection there
  by_hand,            // ends in one field too many: the row's text
  whole_file,         // nothing was written: the file was rejected as a whole
};

/// Which column of a file is which field; nothing for a column that the contract does not know.
using ColumnMap = std::vector<std::optional<std::size_t>>;

/// How a CSV file is laid out. `is_certain` says that it is the file which was loaded.
struct FileShape {
  char separator = ',';
  ColumnMap columns;
  bool is_certain = true;
};

/// The shape of the CSV text `content`, by its header.
FileShape read_shape(std::string_view content, const contracts::Feed& feed,
                     const contracts::FeedMapping* mapping);

/// Restores rows of one feed.
class RowRestorer {
 public:
  RowRestorer(const contracts::Feed& feed, contracts::Context context);
  RowRestorer(const RowRestorer&) = delete;
  RowRestorer& operator=(const RowRestorer&) = delete;

  /// The line that names the columns which restore() writes, by names that landing takes for them.
  /// Where files without a byte order mark are in another encoding than UTF-8, it has one.
  std::string header() const;
  /// Appends `row` to `out` as a line of CSV. `shape` is what is known of its file.
  Restored restore(const RejectedRow& row, const std::optional<FileShape>& shape, std::string& out);
  /// The values of the row's key, as a warehouse's cells; nothing where they are not known for sure
  /// or one of them is at fault.
  std::optional<std::vector<std::string>> key(const RejectedRow& row,
                                              const std::optional<FileShape>& shape);

 private:
  struct Column {
    std::string name;
    std::size_t field;
  };
  struct Values;

  Restored split(const RejectedRow& row, const std::optional<FileShape>& shape, Values& values);
  bool split_likely(const RejectedRow& row, const std::optional<FileShape>& shape, Values& values);
  bool has_reasons(const Values& values, const std::string& reasons);
  void append_line(const Values& values, const RejectedRow& row, bool with_text,
                   std::string& out) const;

  const contracts::Feed& feed_;
  const contracts::Context context_;  // of files whose decimal point is a point
  const contracts::Context comma_context_;
  const contracts::Lineage lineage_;
  std::vector<Column> columns_;
  std::unique_ptr<contracts::RowDecoder> decoder_;
  std::unique_ptr<contracts::RowDecoder> comma_decoder_;
  RowBatch batch_;
};

/// Shapes of CSV files that still lie in the landing folder.
class SourceShapes {
 public:
  /// Files that have to be unpacked or rewritten go into `temporary_folder`. A landing folder that
  /// is not there holds no file.
  SourceShapes(const std::filesystem::path& landing, std::filesystem::path temporary_folder,
               contracts::Context context);

  /// Nothing where the file is gone or cannot be read; not certain where it is another by now.
  const std::optional<FileShape>& find(const RejectedRow& row);

 private:
  FileShape read(const LandedFile& file, const std::string& checksum) const;

  std::filesystem::path temporary_folder_;
  contracts::Context context_;
  std::map<std::string, LandedFile> files_;
  std::map<std::pair<std::string, std::string>, std::optional<FileShape>> known_;
};

/// One feed's file to be mended. It takes its name when it is whole; an older one of other content
/// is kept under another name, since somebody may have worked on it.
class MendedFile {
 public:
  MendedFile(const std::filesystem::path& folder, const contracts::Feed& feed);
  ~MendedFile();
  MendedFile(const MendedFile&) = delete;
  MendedFile& operator=(const MendedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Appends whole lines of CSV. Throws Error where the disk refuses.
  void append(std::string_view lines);
  /// Puts the file in its place; returns where the older one went, empty where there was none.
  std::filesystem::path finish();

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  std::FILE* file_;
};

}  // namespace cartograph::ingestion
