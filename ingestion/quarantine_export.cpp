// What a rejected row's text says, as far as it can be split.
#include "ingestion/quarantine_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/csv_text.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "contracts/value.hpp"
#include "ingestion/csv_reader.hpp"
#include "ingestion/json_row.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kHeaderFieldsMax = 4096;

// A row's values in the contract's order; their text lies in the row or in the arena.
struct Values {
  explicit Values(const contracts::Feed& feed) : by_field(feed.fields.size()) {}
  std::vector<std::string_view> by_field;
  bool complete = false;  // the row was split as its file's columns say
  TextArena arena;
};

bool is_csv(std::string_view source_file) {
  if (source_file.ends_with(".gz")) source_file.remove_suffix(3);
  return source_file.ends_with(".csv");
}

// The header of CSV is the first row of its file: only it can be rejected on line 1.
bool is_whole_file(const RejectedRow& row) {
  if (is_csv(row.source_file)) return row.source_line == 1;
  return row.reasons == "row: not a JSON array";
}

// Whether the row could be read as a row at all, and its text was kept to the end.
bool is_readable(const RejectedRow& row) {
  return !row.reasons.starts_with("row: ") && row.raw_row.size() < kRawRowBytesMax;
}

// The contract's own columns, where a row has as many fields as they, or as those that no file may
// leave out.
std::optional<ColumnMap> contract_columns(const contracts::Feed& feed, std::size_t field_count) {
  ColumnMap all, required;
  for (std::size_t field = 0; field < feed.fields.size(); ++field) {
    all.push_back(field);
    if (!feed.fields[field].column_may_be_missing) required.push_back(field);
  }
  if (field_count == all.size()) return all;
  if (field_count == required.size()) return required;
  return std::nullopt;
}

void split_csv(const RejectedRow& row, const ColumnMap& columns, Values& values) {
  CsvRow csv;
  read_csv_row(row.raw_row, ',', columns.size(), values.arena, csv);
  const std::size_t count = std::min(csv.field_count, columns.size());
  for (std::size_t column = 0; column < count; ++column) {
    if (columns[column]) values.by_field[*columns[column]] = csv.fields[column];
  }
  values.complete = csv.fault == RowFault::none && csv.field_count == columns.size();
}

std::size_t csv_field_count(const RejectedRow& row) {
  if (row.raw_row.empty()) return 0;
  TextArena arena;
  CsvRow csv;
  read_csv_row(row.raw_row, ',', 0, arena, csv);
  return csv.field_count;
}

void split_json(const contracts::Feed& feed, const RejectedRow& row, Values& values) {
  JsonRowParser parser(feed);
  std::string_view text = row.raw_row;
  if (parser.parse(text, values.arena) != JsonOutcome::row) return;
  skip_json_space(text);
  values.complete = text.empty();
  std::copy(parser.values().begin(), parser.values().end(), values.by_field.begin());
}

void append_line(const Values& values, const std::string* text, std::string& out) {
  std::string_view separator;
  for (const std::string_view value : values.by_field) {
    out += separator;
    append_csv_value(out, value);
    separator = ",";
  }
  if (text != nullptr) {
    out += separator;
    append_csv_value(out, *text);
  }
  out += '\n';
}

bool same_content(const fs::path& a, const fs::path& b) {
  std::ifstream first(a, std::ios::binary), second(b, std::ios::binary);
  return std::equal(std::istreambuf_iterator<char>(first), {},
                    std::istreambuf_iterator<char>(second), {});
}

}  // namespace

ColumnMap read_columns(std::string_view content, const contracts::Feed& feed) {
  if (content.starts_with(kByteOrderMark)) content.remove_prefix(kByteOrderMark.size());
  TextArena arena;
  CsvRow header;
  do {
    if (content.empty()) return {};
    read_csv_row(content, ',', kHeaderFieldsMax, arena, header);
    content.remove_prefix(header.size);
  } while (header.blank);
  ColumnMap columns(header.field_count);
  for (std::size_t column = 0; column < std::min(header.field_count, kHeaderFieldsMax); ++column) {
    const std::string_view name = contracts::trimmed(header.fields[column]);
    for (std::size_t field = 0; field < feed.fields.size(); ++field) {
      if (contracts::equals_ignoring_case(name, feed.fields[field].name)) columns[column] = field;
    }
  }
  return columns;
}

RowRestorer::RowRestorer(const contracts::Feed& feed, contracts::Context context)
    : feed_(feed),
      context_(std::move(context)),
      decoder_(feed.make_decoder(context_, lineage_)),
      batch_(feed.staging) {}

Restored RowRestorer::restore(const RejectedRow& row, const std::optional<ColumnMap>& columns,
                              std::string& out) {
  if (is_whole_file(row)) return Restored::whole_file;
  const bool readable = is_readable(row);
  const bool has_text = !row.raw_row.empty();
  bool assumed = false;
  Values values(feed_);
  if (!is_csv(row.source_file)) {
    split_json(feed_, row, values);
  } else if (has_text && columns) {
    split_csv(row, *columns, values);
  } else if (has_text && !readable) {
    // It has to be looked at anyway: the contract's order is a start.
    split_csv(row, *contract_columns(feed_, feed_.fields.size()), values);
  } else if (const auto likely = contract_columns(feed_, csv_field_count(row)); likely) {
    split_csv(row, *likely, values);
    assumed = has_reasons(values.by_field, row.reasons);
    if (!assumed) values = Values(feed_);
  }
  // U+FFFD may stand for what made the row bad: with it alone the row would pass.
  const bool may_hide_fault = row.raw_row.find(kReplacement) != std::string::npos;
  if (!readable || !values.complete ||
      (may_hide_fault && !has_reasons(values.by_field, row.reasons))) {
    append_line(values, &row.raw_row, out);
    return Restored::by_hand;
  }
  append_line(values, nullptr, out);
  return assumed ? Restored::in_contract_order : Restored::in_columns;
}

// Whether the contract says of `values` what was said when they were rejected.
bool RowRestorer::has_reasons(const std::vector<std::string_view>& values,
                              const std::string& reasons) {
  batch_.clear();
  return !decoder_->decode(values, 1, batch_) && decoder_->reasons() == reasons;
}

SourceColumns::SourceColumns(const fs::path& landing, fs::path temporary_folder)
    : temporary_folder_(std::move(temporary_folder)) {
  std::error_code error;
  if (!fs::is_directory(landing, error)) return;
  for (auto& file : list_landing(landing).files) {
    files_.emplace(file.source_file, std::move(file));
  }
}

const std::optional<ColumnMap>& SourceColumns::find(const std::string& source_file,
                                                    const std::string& checksum,
                                                    const contracts::Feed& feed) {
  const auto [place, is_new] = known_.try_emplace({source_file, checksum});
  if (!is_new) return place->second;
  const auto file = files_.find(source_file);
  if (file != files_.end() && file->second.feed == &feed && file->second.format == Format::csv) {
    try {
      place->second = read(file->second, checksum);
    } catch (const Error& error) {
      log::warning(fmt::format("{}: its header is not known: {}", source_file, error.what()));
    }
  }
  return place->second;
}

std::optional<ColumnMap> SourceColumns::read(const LandedFile& file,
                                             const std::string& checksum) const {
  if (fingerprint(file.path).checksum != checksum) return std::nullopt;
  const SourceFile source(file.path, file.gzipped, temporary_folder_);
  return read_columns(source.bytes(), *file.feed);
}

MendedFile::MendedFile(const fs::path& folder, const contracts::Feed& feed)
    : path_(folder / fmt::format("{}_mended.csv", feed.name)), part_(path_.string() + ".part") {
  std::error_code error;
  fs::create_directories(folder, error);
  file_ = error ? nullptr : std::fopen(part_.c_str(), "wb");
  if (file_ == nullptr) {
    throw Error(fmt::format("cannot write into {}: {}; name another folder with --out",
                            folder.string(), error ? error.message() : std::strerror(errno)));
  }
}

MendedFile::~MendedFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::error_code ignored;
  fs::remove(part_, ignored);
}

void MendedFile::append(std::string_view lines) {
  if (std::fwrite(lines.data(), 1, lines.size(), file_) != lines.size()) {
    throw Error(
        fmt::format("cannot write {}: {}; make room there", part_.string(), std::strerror(errno)));
  }
}

fs::path MendedFile::finish() {
  const bool written = std::fclose(std::exchange(file_, nullptr)) == 0;
  std::error_code error;
  fs::path older;
  if (written && fs::exists(path_, error) && !same_content(path_, part_)) {
    for (int number = 1; older.empty() || fs::exists(older, error); ++number) {
      // A leading underscore: were this a landing date's folder, the file would be passed over.
      older = path_.parent_path() / fmt::format("_{}.{}", path_.filename().string(), number);
    }
    fs::rename(path_, older, error);
  }
  if (written && !error) fs::rename(part_, path_, error);
  if (!written || error) {
    throw Error(fmt::format("cannot put {} in its place: {}", path_.string(),
                            error ? error.message() : std::strerror(errno)));
  }
  return older;
}

std::string csv_header(const contracts::Feed& feed) {
  std::string line;
  for (const auto& field : feed.fields) {
    if (!line.empty()) line += ',';
    line += field.name;
  }
  return line + '\n';
}

}  // namespace cartograph::ingestion
