// Rejected rows turned back into rows of their feed, to be mended and landed again.
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

/// A row of quarantine. `checksum` is that of the delivery it came with, empty where it is unknown.
struct RejectedRow {
  std::string source_file;
  std::string checksum;
  std::int64_t source_line = 0;
  std::string reasons;
  std::string raw_row;
};

enum class Restored {
  in_columns,         // every value stands in its column
  in_contract_order,  // the same, if the file had its columns in the contract's order; they have
                      // the reasons of the rejection there
  by_hand,            // ends in one field too many: the row's text
  whole_file,         // nothing was written: the file was rejected as a whole
};

/// Which column of a file is which field; nothing for a column that the contract does not know.
using ColumnMap = std::vector<std::optional<std::size_t>>;

/// The columns of the CSV text `content`, by its header.
ColumnMap read_columns(std::string_view content, const contracts::Feed& feed);

/// Restores rows of one feed.
class RowRestorer {
 public:
  RowRestorer(const contracts::Feed& feed, contracts::Context context);
  RowRestorer(const RowRestorer&) = delete;
  RowRestorer& operator=(const RowRestorer&) = delete;

  /// Appends `row` to `out` as a line of CSV in the contract's columns. `columns` is what is known
  /// of its file's header.
  Restored restore(const RejectedRow& row, const std::optional<ColumnMap>& columns,
                   std::string& out);

 private:
  bool has_reasons(const std::vector<std::string_view>& values, const std::string& reasons);

  const contracts::Feed& feed_;
  const contracts::Context context_;
  const contracts::Lineage lineage_;
  std::unique_ptr<contracts::RowDecoder> decoder_;
  RowBatch batch_;
};

/// Headers of files that still lie in the landing folder as they were loaded.
class SourceColumns {
 public:
  /// Gzipped files are unpacked into `temporary_folder`. A landing folder that is not there holds
  /// no file.
  SourceColumns(const std::filesystem::path& landing, std::filesystem::path temporary_folder);

  /// Nothing where the file is gone, cannot be read or is another by now.
  const std::optional<ColumnMap>& find(const std::string& source_file, const std::string& checksum,
                                       const contracts::Feed& feed);

 private:
  std::optional<ColumnMap> read(const LandedFile& file, const std::string& checksum) const;

  std::filesystem::path temporary_folder_;
  std::map<std::string, LandedFile> files_;
  std::map<std::pair<std::string, std::string>, std::optional<ColumnMap>> known_;
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

/// The line that names the contract's columns.
std::string csv_header(const contracts::Feed& feed);

}  // namespace cartograph::ingestion
