// CSV by RFC 4180, held to it strictly: see the feeds' specification for what becomes of a stray
// quote. The separator is the one by which the header gives the most of the feed's columns. The
// file is cut into blocks of whole rows by one thread at a time, which looks only at quotes and
// line ends; the blocks are decoded side by side.
#pragma once

#include <mutex>
#include <span>
#include <vector>

#include "contracts/column_names.hpp"
#include "ingestion/decoded_text.hpp"
#include "ingestion/feed_reader.hpp"

namespace cartograph::ingestion {

/// What is wrong with a CSV row as a row, in order of precedence.
enum class RowFault { none, unterminated_quote, misplaced_quote, not_utf8 };

/// "row: misplaced quote" and so on.
std::string_view message(RowFault fault);

/// One row of CSV as it stands in the text.
struct CsvRow {
  std::string_view raw;                  // without the line end
  std::size_t size = 0;                  // bytes, with the line end
  std::vector<std::string_view> fields;  // unescaped, as many as there is room for
  std::size_t field_count = 0;           // all of them
  std::int64_t line_breaks = 0;          // LFs in the row, its own line end included
  bool blank = false;                    // nothing but spaces and tabs
  RowFault fault = RowFault::none;
};

/// Reads the row at the start of `text`, which is not empty, into `row`; at most `fields_max`
/// fields are kept. Unescaped fields lie in `arena`. UTF-8 is not looked at.
void read_csv_row(std::string_view text, char separator, std::size_t fields_max, TextArena& arena,
                  CsvRow& row);

/// How a CSV text is laid out, by what it begins with: a line `sep=X` where there is one, and the
/// header, by which the separator is found. Views lie in the text and in this object.
class CsvLayout {
 public:
  /// `names` knows the columns. Of a text that is empty, or blank, the header has no fields.
  CsvLayout(std::string_view text, contracts::ColumnNames& names);

  char separator = ',';
  CsvRow header;
  std::int64_t line = 1;  // that follows the header
  std::string_view rest;  // from there on

  std::span<const std::string_view> header_fields() const;

 private:
  void skip_blank_lines();
  char take_separator_line();
  char best_separator(contracts::ColumnNames& names);
  void read_header(char of_separator, TextArena& arena, CsvRow& row) const;

  TextArena arena_;
};

/// How many of the feed's columns the header of `text` names, by the separator that suits it.
std::size_t columns_named(std::string_view text, contracts::ColumnNames& names);

class CsvReader final : public FeedReader {
 public:
  CsvReader(const LandedFile& landed, const contracts::Context& context, contracts::Lineage lineage,
            RejectSpool& rejects, const std::filesystem::path& temporary_folder,
            const std::stop_token& stop = {});

  bool next_block(Block& block) override;
  std::unique_ptr<BlockDecoder> decoder() override;
  std::string looks_like() const override;

 private:
  class CsvBlockDecoder;

  void use_header();
  std::string header_fault() const;
  std::size_t block_size() const;

  const DecodedText text_;
  contracts::Context csv_context_;
  contracts::ColumnNames names_;
  const CsvLayout layout_;
  const char separator_;

  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
  std::size_t field_count_ = 0;               // of the header, unknown columns included
  std::vector<std::size_t> field_of_column_;  // by column of the file; kUnknown is ignored

  std::mutex mutex_;  // guards what follows
  std::string_view rest_;
  std::int64_t line_ = 1;
};

}  // namespace cartograph::ingestion
