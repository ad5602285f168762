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
#include "contracts/column_names.hpp"
#include "contracts/value.hpp"
#include "ingestion/csv_reader.hpp"
#include "ingestion/decoded_text.hpp"
#include "ingestion/json_row.hpp"
#include "ingestion/reject_spool.hpp"
#include "ingestion/source_file.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kSeparators = ",;\t|";

bool is_csv(std::string_view source_file) {
  const auto ends_in = [&](std::string_view end) {
    return source_file.size() >= end.size() &&
           contracts::equals_ignoring_case(source_file.substr(source_file.size() - end.size()),
                                           end);
  };
  if (ends_in(".gz")) source_file.remove_suffix(3);
  return ends_in(".csv");
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

ColumnMap all_columns(const contracts::Feed& feed) {
  ColumnMap all;
  for (std::size_t field = 0; field < feed.fields.size(); ++field) all.push_back(field);
  return all;
}

// The contract's own columns, where a row has as many fields as they, or as those that no file may
// leave out.
std::optional<ColumnMap> contract_columns(const contracts::Feed& feed, std::size_t field_count) {
  ColumnMap required;
  for (std::size_t field = 0; field < feed.fields.size(); ++field) {
    if (!feed.fields[field].column_may_be_missing) required.push_back(field);
  }
  if (field_count == feed.fields.size()) return all_columns(feed);
  if (field_count == required.size()) return required;
  return std::nullopt;
}

std::size_t csv_field_count(const RejectedRow& row, char separator) {
  TextArena arena;
  CsvRow csv;
  read_csv_row(row.raw_row, separator, 0, arena, csv);
  return csv.field_count;
}

// "12,50" for "12.50", as it may stand where the comma does not separate.
bool has_decimal_comma(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return false;
  const auto are_digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), contracts::is_digit);
  };
  const std::size_t from = text.starts_with('-') ? 1 : 0;
  return comma > from && are_digits(text.substr(from, comma - from)) &&
         are_digits(text.substr(comma + 1));
}

bool same_content(const fs::path& a, const fs::path& b) {
  std::ifstream first(a, std::ios::binary), second(b, std::ios::binary);
  return std::equal(std::istreambuf_iterator<char>(first), {},
                    std::istreambuf_iterator<char>(second), {});
}

contracts::Context with_comma(contracts::Context context) {
  context.is_comma_decimal_point = true;
  return context;
}

}  // namespace

// A row's values in the contract's order; their text lies in the row or in the arena.
struct RowRestorer::Values {
  explicit Values(const contracts::Feed& feed) : by_field(feed.fields.size()) {}

  void split_csv(const RejectedRow& row, char of_separator, const ColumnMap& columns) {
    separator = of_separator;
    std::fill(by_field.begin(), by_field.end(), std::string_view());
    if (row.raw_row.empty()) return;
    CsvRow csv;
    read_csv_row(row.raw_row, separator, columns.size(), arena, csv);
    const std::size_t count = std::min(csv.field_count, columns.size());
    for (std::size_t column = 0; column < count; ++column) {
      if (columns[column]) by_field[*columns[column]] = csv.fields[column];
    }
    complete = csv.fault == RowFault::none && csv.field_count == columns.size();
  }

  void split_json(const contracts::Feed& feed, const contracts::FeedMapping* mapping,
                  const RejectedRow& row) {
    JsonRowParser parser(feed, mapping);
    std::string_view text = row.raw_row;
    if (parser.parse(text, arena) != JsonOutcome::row) return;
    skip_json_space(text);
    complete = text.empty();
    std::copy(parser.values().begin(), parser.values().end(), by_field.begin());
  }

  std::vector<std::string_view> by_field;
  char separator = ',';
  bool complete = false;  // the row was split as its file's columns say
  TextArena arena;
};

FileShape read_shape(std::string_view content, const contracts::Feed& feed,
                     const contracts::FeedMapping* mapping) {
  contracts::ColumnNames names(feed, mapping);
  const CsvLayout layout(content, names);
  FileShape shape;
  shape.separator = layout.separator;
  for (const std::string_view name : layout.header_fields()) {
    shape.columns.push_back(names.find(contracts::trimmed(name)));
  }
  return shape;
}

RowRestorer::RowRestorer(const contracts::Feed& feed, contracts::Context context)
    : feed_(feed),
      context_(std::move(context)),
      comma_context_(with_comma(context_)),
      decoder_(feed.make_decoder(context_, lineage_)),
      comma_decoder_(feed.make_decoder(comma_context_, lineage_)),
      batch_(feed.staging) {
  const contracts::FeedMapping* mapping = context_.mapping(feed.name);
  contracts::ColumnNames names(feed, mapping);
  const auto add = [&](std::string_view name, std::size_t field) {
    if (names.find(name) != field) return false;
    columns_.push_back({std::string(name), field});
    return true;
  };
  // A name of ours may be what the shop calls another column; then it has one for this.
  for (std::size_t field = 0; field < feed.fields.size(); ++field) {
    if (add(feed.fields[field].name, field) || mapping == nullptr) continue;
    for (const auto& [name, column] : mapping->columns) {
      if (add(contracts::trimmed(name), field)) break;
    }
  }
}

std::string RowRestorer::header() const {
  std::string line;
  if (context_.encoding != contracts::Encoding::utf_8) line += kByteOrderMark;
  for (const Column& column : columns_) {
    append_csv_value(line, column.name);
    line += ',';
  }
  line += kReasonsColumn;
  return line + '\n';
}

Restored RowRestorer::restore(const RejectedRow& row, const std::optional<FileShape>& shape,
                              std::string& out) {
  Values values(feed_);
  const Restored restored = split(row, shape, values);
  if (restored != Restored::whole_file) {
    append_line(values, row, restored == Restored::by_hand, out);
  }
  return restored;
}

std::optional<std::vector<std::string>> RowRestorer::key(const RejectedRow& row,
                                                         const std::optional<FileShape>& shape) {
  Values values(feed_);
  const Restored restored = split(row, shape, values);
  if (restored != Restored::in_columns && restored != Restored::by_likely_columns) return {};
  std::vector<std::string> key;
  for (const std::string_view column : feed_.key) {
    const auto field = std::ranges::find(feed_.fields, column, &contracts::FieldInfo::name);
    const auto place = static_cast<std::size_t>(field - feed_.fields.begin());
    const auto cell = feed_.meaning(place, values.by_field[place], context_);
    if (!cell) return {};
    key.push_back(*cell);
  }
  return key;
}

Restored RowRestorer::split(const RejectedRow& row, const std::optional<FileShape>& shape,
                            Values& values) {
  if (is_whole_file(row)) return Restored::whole_file;
  const bool readable = is_readable(row);
  bool is_likely = false;
  if (!is_csv(row.source_file)) {
    values.split_json(feed_, context_.mapping(feed_.name), row);
  } else if (shape && shape->is_certain) {
    values.split_csv(row, shape->separator, shape->columns);
  } else if (readable) {
    is_likely = split_likely(row, shape, values);
  } else {
    // It has to be looked at anyway: some order is a start.
    values.split_csv(row, shape ? shape->separator : ',',
                     shape ? shape->columns : all_columns(feed_));
  }
  // U+FFFD may stand for what made the row bad: with it alone the row would pass.
  const bool may_hide_fault = row.raw_row.find(kReplacement) != std::string::npos;
  if (!readable || !values.complete || (may_hide_fault && !has_reasons(values, row.reasons))) {
    return Restored::by_hand;
  }
  return is_likely ? Restored::by_likely_columns : Restored::in_columns;
}

// Tries the columns that the file has today, then the contract's; true where the row has the
// reasons of its rejection in them.
bool RowRestorer::split_likely(const RejectedRow& row, const std::optional<FileShape>& shape,
                               Values& values) {
  if (row.raw_row.empty()) return false;
  std::vector<FileShape> likely;
  if (shape) likely.push_back(*shape);
  for (const char separator : kSeparators) {
    const auto columns = contract_columns(feed_, csv_field_count(row, separator));
    if (columns) likely.push_back({separator, *columns, false});
  }
  for (const FileShape& candidate : likely) {
    values.split_csv(row, candidate.separator, candidate.columns);
    if (values.complete && has_reasons(values, row.reasons)) return true;
  }
  values = Values(feed_);
  return false;
}

// Whether the contract says of `values` what was said when they were rejected.
bool RowRestorer::has_reasons(const Values& values, const std::string& reasons) {
  batch_.clear();
  contracts::RowDecoder& decoder = values.separator == ',' ? *decoder_ : *comma_decoder_;
  return !decoder.decode(values.by_field, 1, batch_) && decoder.reasons() == reasons;
}

void RowRestorer::append_line(const Values& values, const RejectedRow& row, bool with_text,
                              std::string& out) const {
  for (const Column& column : columns_) {
    std::string_view value = values.by_field[column.field];
    const bool is_money = feed_.fields[column.field].column_type == ColumnType::money;
    if (is_money && values.separator != ',' && has_decimal_comma(contracts::trimmed(value))) {
      std::string with_point(contracts::trimmed(value));
      with_point[with_point.find(',')] = '.';
      out += with_point;
    } else {
      append_csv_value(out, value);
    }
    out += ',';
  }
  append_csv_value(out, row.reasons);
  if (with_text) {
    out += ',';
    append_csv_value(out, row.raw_row);
  }
  out += '\n';
}

SourceShapes::SourceShapes(const fs::path& landing, fs::path temporary_folder,
                           contracts::Context context)
    : temporary_folder_(std::move(temporary_folder)), context_(std::move(context)) {
  std::error_code error;
  if (!fs::is_directory(landing, error)) return;
  for (auto& file : list_landing(landing).files) {
    files_.emplace(file.source_file, std::move(file));
  }
}

const std::optional<FileShape>& SourceShapes::find(const RejectedRow& row) {
  const auto [place, is_new] = known_.try_emplace({row.source_file, row.checksum});
  if (!is_new) return place->second;
  const auto file = files_.find(row.source_file);
  if (file != files_.end() && file->second.feed == row.feed && file->second.format == Format::csv) {
    try {
      place->second = read(file->second, row.checksum);
    } catch (const Error& error) {
      log::warning(fmt::format("{}: its header is not known: {}", row.source_file, error.what()));
    }
  }
  return place->second;
}

FileShape SourceShapes::read(const LandedFile& file, const std::string& checksum) const {
  const SourceFile source(file.path, file.gzipped, temporary_folder_);
  const DecodedText text(source.bytes(), context_.encoding, file.path, temporary_folder_);
  FileShape shape = read_shape(text.text(), *file.feed, context_.mapping(file.feed->name));
  shape.is_certain = fingerprint(file.path).checksum == checksum;
  return shape;
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

}  // namespace cartograph::ingestion
