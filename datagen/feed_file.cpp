// Files reach no more than one bad row in ten while the noise stays at or below that share, so that
// a run over a store with ordinary noise is not refused for its smallest files.
#include "datagen/feed_file.hpp"

#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace cartograph::datagen {
namespace {

constexpr std::size_t kTextBytesMax = 256 << 10;
constexpr std::uint32_t kMillion = 1'000'000;
constexpr std::uint32_t kOneInTen = kMillion / 10;
// One file in so many:
constexpr std::uint32_t kOddlyWrittenFiles = 15;
constexpr std::uint32_t kDriftingFiles = 120;  // each is worth a warning

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw Error("cannot write " + path.string() +
              ": the store is incomplete; remove it and generate it again where there is room");
}

}  // namespace

template <class Row>
FeedFile<Row>::FeedFile(const std::filesystem::path& out, std::uint64_t seed,
                        std::uint32_t noise_ppm, int feed_number)
    : unfinished_(out / ("." + std::string(contracts::Contract<Row>::feed))),
      seed_(seed),
      noise_ppm_(noise_ppm),
      feed_number_(feed_number) {
  summary_.feed = contracts::Contract<Row>::feed;
  if (noise_ppm == 0) return;
  spoilings_ = spoilings<Row>();
  // Mixed, so that the few bad rows of a small feed are not all of its first field.
  Random order(seed, Stream::noise_order, static_cast<std::uint64_t>(feed_number));
  for (std::size_t left = spoilings_.size(); left > 1; --left) {
    std::swap(spoilings_[left - 1], spoilings_[order.below(static_cast<std::uint32_t>(left))]);
  }
}

template <class Row>
FeedFile<Row>::~FeedFile() {
  if (!file_.is_open()) return;
  std::error_code ignored;
  std::filesystem::remove(unfinished_, ignored);
}

template <class Row>
void FeedFile<Row>::begin(int index, Format format) {
  if (open_) return;
  open_ = true;
  format_ = format;
  text_.clear();
  rows_ = 0;
  rows_bad_ = 0;
  random_ = Random(seed_, Stream::noise, static_cast<std::uint64_t>(index),
                   static_cast<std::uint64_t>(feed_number_) + 1);
  const bool noisy = noise_ppm_ > 0;
  const bool byte_order_mark = noisy && random_.chance(1, kOddlyWrittenFiles);
  crlf_ = noisy && random_.chance(1, kOddlyWrittenFiles);
  unknown_column_ = noisy && random_.chance(1, kDriftingFiles);
  if (byte_order_mark) text_ = "\xEF\xBB\xBF";
  if (format_ == Format::json) text_ += "[\n";
  if (format_ == Format::csv) {
    contracts::append_csv_header<Row>(text_);
    if (unknown_column_) text_.insert(text_.size() - 1, ",exported_by");
    if (crlf_) text_.insert(text_.size() - 1, "\r");
  }
}

// `text_` ends with a row as the contract writes it.
template <class Row>
void FeedFile<Row>::end_csv_line() {
  if (!unknown_column_ && !crlf_) return;
  text_.pop_back();
  if (unknown_column_) text_ += ",nightly";
  text_ += crlf_ ? "\r\n" : "\n";
}

template <class Row>
void FeedFile<Row>::append_line(std::string_view line) {
  if (format_ == Format::json && rows_ + rows_bad_ > 0) text_ += ",\n";
  text_ += line;
  if (format_ == Format::csv) {
    text_ += '\n';
    end_csv_line();
  } else if (format_ == Format::json_lines) {
    text_ += crlf_ ? "\r\n" : "\n";
  }
}

template <class Row>
void FeedFile<Row>::add(const Row& row) {
  if (format_ == Format::csv) {
    contracts::append_csv_row(text_, row);
    end_csv_line();
  } else {
    std::string line;
    append_json_row(line, row);
    append_line(line);
  }
  ++rows_;
  ++summary_.rows;
  if (noise_ppm_ > 0) add_noise(row);
  if (text_.size() >= kTextBytesMax) write_text();
}

template <class Row>
void FeedFile<Row>::write_text() {
  if (!file_.is_open()) {
    std::error_code failure;  // is met again when the file is opened
    std::filesystem::create_directories(unfinished_.parent_path(), failure);
    file_.open(unfinished_, std::ios::binary | std::ios::trunc);
  }
  file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
  if (!file_) fail(unfinished_);
  text_.clear();
}

template <class Row>
void FeedFile<Row>::add_noise(const Row& row) {
  if (random_.chance(noise_ppm_, kMillion)) ++bad_rows_due_;
  if (bad_rows_due_ > 0 && has_room_for_bad_row()) {
    --bad_rows_due_;
    add_bad_row(row);
  }
  if (random_.chance(noise_ppm_, 2 * kMillion)) {
    // The same row again, right behind itself: the latest of its key is still what it was.
    std::vector<std::string> values = texts_of(row);
    if (random_.chance(1, 2)) disguise<Row>(values);
    append_line(format_ == Format::csv ? csv_line(values) : json_line(values));
    ++rows_;
    ++summary_.rows_resent;
  }
  if (format_ != Format::json && random_.chance(noise_ppm_, 4 * kMillion)) {
    text_ += random_.chance(1, 2) ? " \t\n" : "\n";
  }
}

template <class Row>
bool FeedFile<Row>::has_room_for_bad_row() const {
  return noise_ppm_ > kOneInTen || (rows_bad_ + 1) * 10 < rows_ + rows_bad_ + 1;
}

template <class Row>
void FeedFile<Row>::add_bad_row(const Row& row) {
  const Spoiling& spoiling = spoilings_[next_spoiling_++ % spoilings_.size()];
  std::vector<std::string> values = texts_of(row);
  if (spoiling.spoil) spoiling.spoil(values);
  const bool csv = format_ == Format::csv;
  append_line(csv ? bad_csv_line(spoiling, std::move(values)) : bad_json_line(spoiling, values));
  const bool whole_row = spoiling.form != Spoiling::Form::values;
  const bool bad_bytes = spoiling.form == Spoiling::Form::not_utf8 && format_ != Format::json;
  ++rows_bad_;
  ++summary_.rows_bad;
  ++summary_.rows_bad_by_kind[csv || !whole_row || bad_bytes ? spoiling.kind : "not a JSON object"];
}

template <class Row>
std::string FeedFile<Row>::bad_csv_line(const Spoiling& spoiling, std::vector<std::string> values) {
  switch (spoiling.form) {
    case Spoiling::Form::values: break;
    case Spoiling::Form::too_few_fields: values.pop_back(); break;
    case Spoiling::Form::too_many_fields: values.push_back("1"); break;
    case Spoiling::Form::misplaced_quote: return csv_line(values).insert(1, "\"");
    case Spoiling::Form::not_utf8: values.front() += '\xE9'; break;
  }
  return csv_line(values);
}

// An array has to stay one, so there a bad element is still valid JSON.
template <class Row>
std::string FeedFile<Row>::bad_json_line(const Spoiling& spoiling,
                                         const std::vector<std::string>& values) {
  if (spoiling.form == Spoiling::Form::values) return json_line(values);
  std::string key;
  append_json_text(key, std::get<0>(contracts::Contract<Row>::fields).name);
  std::string value;
  append_json_text(value, values.front());
  if (format_ == Format::json_lines) {
    if (spoiling.form == Spoiling::Form::not_utf8) return "{" + key + ":\"\xE9\"}";
    if (spoiling.form == Spoiling::Form::too_few_fields) return "{" + key + ":" + value;
  }
  if (spoiling.form == Spoiling::Form::too_many_fields) return "[" + value + "]";
  return "{" + key + ":{\"value\":" + value + "}}";
}

template <class Row>
std::string FeedFile<Row>::csv_line(const std::vector<std::string>& values) const {
  std::string line;
  std::string_view separator;
  for (const std::string& value : values) {
    line += separator;
    append_csv_value(line, value);
    separator = ",";
  }
  return line;
}

template <class Row>
std::string FeedFile<Row>::json_line(const std::vector<std::string>& values) const {
  std::string line;
  char separator = '{';
  std::size_t index = 0;
  const auto append = [&](const auto& field) {
    line += separator;
    separator = ',';
    append_json_text(line, field.name);
    line += ':';
    append_json_text(line, values[index++]);
  };
  std::apply([&](const auto&... field) { (append(field), ...); }, contracts::Contract<Row>::fields);
  return line + "}";
}

template <class Row>
void FeedFile<Row>::finish(const std::filesystem::path& folder, bool even_if_empty) {
  open_ = false;
  if (rows_ == 0 && !even_if_empty) return;
  constexpr std::uint32_t kLastRowsCut = 8;  // times the noise: how often a file's last row is cut
  if (format_ == Format::csv && noise_ppm_ > 0 && rows_ > 0 && has_room_for_bad_row() &&
      random_.chance(noise_ppm_, kMillion / kLastRowsCut)) {
    text_ += "\"cut off,in the middle";
    ++rows_bad_;
    ++summary_.rows_bad;
    ++summary_.rows_bad_by_kind["unterminated quote"];
  }
  if (format_ == Format::json) text_ += "\n]\n";
  std::string name(summary_.feed);
  name += format_ == Format::csv ? ".csv" : format_ == Format::json ? ".json" : ".jsonl";
  write_text();
  file_.close();
  std::error_code failure;
  if (file_) std::filesystem::rename(unfinished_, folder / name, failure);
  if (!file_ || failure) fail(folder / name);
  ++summary_.files;
}

template class FeedFile<contracts::Order>;
template class FeedFile<contracts::OrderItem>;
template class FeedFile<contracts::Return>;
template class FeedFile<contracts::Customer>;
template class FeedFile<contracts::Product>;
template class FeedFile<contracts::InventoryMovement>;

}  // namespace cartograph::datagen
