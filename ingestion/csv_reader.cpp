// Rows are read by a scanner that jumps from separator to separator, 64 bytes at a time.
#include "ingestion/csv_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <span>

#include "ingestion/looks_like.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
// A header is looked at so far: a file of nothing but commas must not fill memory.
constexpr std::size_t kHeaderFieldsMax = 1 << 16;
// In the order in which they are tried.
constexpr std::string_view kSeparators = ",;\t|";

// Those that were kept.
std::span<const std::string_view> fields_of(const CsvRow& row) {
  return {row.fields.data(), std::min(row.field_count, row.fields.size())};
}

const char* find(const char* from, const char* end, char wanted) {
  const void* place = std::memchr(from, wanted, static_cast<std::size_t>(end - from));
  return place == nullptr ? end : static_cast<const char*>(place);
}

const char* after_line_end(const char* from, const char* end) {
  const char* line_end = find(from, end, '\n');
  return line_end == end ? end : line_end + 1;
}

// Whether a quoted field may end before `p`: at a separator, a line end or the end of the file.
bool ends_field(const char* p, const char* end, char separator) {
  if (p == end || *p == separator || *p == '\n') return true;
  return *p == '\r' && p + 1 != end && p[1] == '\n';
}

// The closing quote of the quoted field whose text starts at `from`, or `end`.
const char* closing_quote(const char* from, const char* end, bool& escaped) {
  while (true) {
    const char* quote = find(from, end, '"');
    if (quote == end || quote + 1 == end || quote[1] != '"') return quote;
    escaped = true;
    from = quote + 2;
  }
}

// Bit i says whether byte i of the 64 at `p` is a separator, a line end or a quote.
std::uint64_t separators(const char* p, char separator) {
#if defined(__SSE2__)
  std::uint64_t mask = 0;
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p) + part);
    const __m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator)),
                                                   _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    mask |= static_cast<std::uint64_t>(static_cast<std::uint16_t>(_mm_movemask_epi8(hits)))
            << (part * 16);
  }
  return mask;
#else
  std::uint64_t mask = 0;
  for (int i = 0; i < 64; ++i) {
    mask |= static_cast<std::uint64_t>(p[i] == separator || p[i] == '\n' || p[i] == '"') << i;
  }
  return mask;
#endif
}

// Walks over the separators of a text, forwards.
class SeparatorScanner {
 public:
  SeparatorScanner(const char* from, const char* end, char separator)
      : end_(end), separator_(separator) {
    seek(from);
  }

  char separator() const { return separator_; }

  // The first separator at or after the last place asked for, or the end. Stays there.
  const char* peek() {
    while (mask_ == 0) {
      if (static_cast<std::size_t>(end_ - window_) <= 64) return end_;
      window_ += 64;
      load();
    }
    return window_ + std::countr_zero(mask_);
  }
  void skip() {
    if (peek() != end_) mask_ &= mask_ - 1;
  }

  void seek(const char* to) {
    if (window_ != nullptr && to >= window_ && to - window_ < 64) {
      mask_ &= ~std::uint64_t{0} << (to - window_);
      return;
    }
    window_ = to;
    load();
  }

 private:
  void load() {
    const auto left = static_cast<std::size_t>(end_ - window_);
    if (left >= 64) {
      mask_ = separators(window_, separator_);
      return;
    }
    char padded[64] = {};
    if (left > 0) std::memcpy(padded, window_, left);
    mask_ = separators(padded, separator_);
  }

  const char* end_;
  char separator_;
  const char* window_ = nullptr;
  std::uint64_t mask_ = 0;
};

std::string_view unescape(std::string_view quoted, TextArena& arena) {
  char* place = arena.allocate(quoted.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    place[size++] = quoted[i];
    if (quoted[i] == '"') ++i;
  }
  return {place, size};
}

// Reads rows off a scanner; the scanner stands at the row's start.
void scan_row(SeparatorScanner& scanner, const char* const begin, const char* const end,
              std::size_t fields_max, TextArena& arena, CsvRow& row) {
  row.field_count = 0;
  row.fault = RowFault::none;
  row.blank = false;
  row.line_breaks = 0;
  const auto add = [&](std::string_view field) {
    if (row.field_count < fields_max) row.fields[row.field_count] = field;
    ++row.field_count;
  };
  const auto finish = [&](const char* stop) {  // at the LF or the end of the text
    const char* next = stop;
    const char* raw_end = stop;
    if (stop != end) {
      ++row.line_breaks;
      ++next;
      if (raw_end != begin && raw_end[-1] == '\r') --raw_end;
    }
    row.raw = {begin, static_cast<std::size_t>(raw_end - begin)};
    row.size = static_cast<std::size_t>(next - begin);
  };
  const char* p = begin;
  while (true) {
    if (p != end && *p == '"') {
      bool escaped = false;
      const char* close = closing_quote(p + 1, end, escaped);
      row.line_breaks += std::count(p, close, '\n');
      if (close == end) {
        row.fault = RowFault::unterminated_quote;
        finish(end);
        return;
      }
      const char* after = close + 1;
      scanner.seek(after);
      if (!ends_field(after, end, scanner.separator())) {
        row.fault = RowFault::misplaced_quote;
        const char* stop = find(after, end, '\n');
        finish(stop);
        scanner.seek(begin + row.size);
        return;
      }
      const std::string_view field(p + 1, static_cast<std::size_t>(close - p - 1));
      add(escaped ? unescape(field, arena) : field);
      p = after;
      if (p != end && *p == '\r') ++p;
      if (p == end || *p == '\n') {
        finish(p);
        if (p != end) scanner.skip();
        return;
      }
      scanner.skip();  // the separator
      ++p;
      continue;
    }
    const char* stop = scanner.peek();
    if (stop != end && *stop == '"') {
      row.fault = RowFault::misplaced_quote;
      finish(find(stop, end, '\n'));
      scanner.seek(begin + row.size);
      return;
    }
    const char* field_end = stop;
    const bool row_ends = stop == end || *stop == '\n';
    if (row_ends && stop != end && field_end != p && field_end[-1] == '\r') --field_end;
    const std::string_view field(p, static_cast<std::size_t>(field_end - p));
    add(field);
    if (row_ends) {
      finish(stop);
      // A tab is blank, also where it separates.
      const bool may_be_blank = row.field_count == 1 || scanner.separator() == '\t';
      row.blank = may_be_blank && contracts::is_blank(row.raw);
      if (stop != end) scanner.skip();
      return;
    }
    scanner.skip();
    p = stop + 1;
  }
}

// How many of the columns it names, each once; none where its quotes are faulty.
std::size_t columns_in(const CsvRow& header, contracts::ColumnNames& names) {
  if (header.fault != RowFault::none) return 0;
  std::set<std::size_t> found;
  for (const std::string_view name : fields_of(header)) {
    if (const auto field = names.find(contracts::trimmed(name))) found.insert(*field);
  }
  return found.size();
}

// Whether nothing but blanks follows the last line end.
bool ends_in_line_end(std::string_view text) {
  return contracts::is_blank(text.substr(text.rfind('\n') + 1));
}

std::string joined(const std::vector<std::string>& reasons) {
  return fmt::format("{}", fmt::join(reasons, "; "));
}

}  // namespace

std::string_view message(RowFault fault) {
  switch (fault) {
    case RowFault::none: return "";
    case RowFault::unterminated_quote: return "row: unterminated quote";
    case RowFault::misplaced_quote: return "row: misplaced quote";
    case RowFault::not_utf8: return "row: not UTF-8";
  }
  return "";
}

void read_csv_row(std::string_view text, char separator, std::size_t fields_max, TextArena& arena,
                  CsvRow& row) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  row.fields.resize(fields_max);
  SeparatorScanner scanner(begin, end, separator);
  scan_row(scanner, begin, end, fields_max, arena, row);
}

CsvLayout::CsvLayout(std::string_view text, contracts::ColumnNames& names) : rest(text) {
  skip_blank_lines();
  const char given = line == 1 ? take_separator_line() : '\0';
  if (given != '\0') {
    separator = given;
    skip_blank_lines();
  } else {
    separator = best_separator(names);
  }
  read_header(separator, arena_, header);
  rest.remove_prefix(header.size);
  line += header.line_breaks;
}

std::span<const std::string_view> CsvLayout::header_fields() const { return fields_of(header); }

void CsvLayout::skip_blank_lines() {
  while (!rest.empty()) {
    const std::size_t line_end = rest.find('\n');
    std::string_view first = rest.substr(0, line_end);
    if (line_end != std::string_view::npos && first.ends_with('\r')) first.remove_suffix(1);
    if (!contracts::is_blank(first)) return;
    rest.remove_prefix(line_end == std::string_view::npos ? rest.size() : line_end + 1);
    ++line;
  }
}

// Takes a first line that is just "sep=X", as spreadsheets write it; 0 where there is none.
char CsvLayout::take_separator_line() {
  constexpr std::string_view kKey = "sep=";
  std::string_view first = rest.substr(0, rest.find('\n'));
  const std::size_t size = first.size();
  if (size < rest.size() && first.ends_with('\r')) first.remove_suffix(1);
  if (first.size() != kKey.size() + 1 ||
      !contracts::equals_ignoring_case(first.substr(0, kKey.size()), kKey) ||
      kSeparators.find(first.back()) == std::string_view::npos) {
    return '\0';
  }
  rest.remove_prefix(std::min(size + 1, rest.size()));
  ++line;
  return first.back();
}

// The one by which the header gives the most of the feed's columns; of equals the first.
char CsvLayout::best_separator(contracts::ColumnNames& names) {
  char best = kSeparators.front();
  std::size_t best_count = 0;
  for (const char candidate : kSeparators) {
    TextArena arena;
    CsvRow row;
    read_header(candidate, arena, row);
    const std::size_t count = columns_in(row, names);
    if (count > best_count) {
      best = candidate;
      best_count = count;
    }
  }
  return best;
}

// Reads the row that is next, which stays there.
void CsvLayout::read_header(char of_separator, TextArena& arena, CsvRow& row) const {
  if (rest.empty()) return;
  constexpr std::size_t kRoom = 256;
  read_csv_row(rest, of_separator, kRoom, arena, row);
  if (row.field_count > kRoom) {
    read_csv_row(rest, of_separator, std::min(row.field_count, kHeaderFieldsMax), arena, row);
  }
}

std::size_t columns_named(std::string_view text, contracts::ColumnNames& names) {
  const CsvLayout layout(text, names);
  return columns_in(layout.header, names);
}

CsvReader::CsvReader(const LandedFile& landed, const contracts::Context& context,
                     contracts::Lineage lineage, RejectSpool& rejects,
                     const std::filesystem::path& temporary_folder, const std::stop_token& stop)
    : FeedReader(landed, context, std::move(lineage), rejects, temporary_folder, stop),
      text_(file().bytes(), context.encoding, landed.path, temporary_folder),
      csv_context_(context),
      names_(feed_, context.mapping(feed_.name)),
      layout_(text_.text(), names_),
      separator_(layout_.separator),
      rest_(layout_.rest),
      line_(layout_.line) {
  csv_context_.is_comma_decimal_point = separator_ != ',';
  use_header();
}

// Finds which column of the file is which field, or rejects the file whole.
void CsvReader::use_header() {
  const std::string reason = header_fault();
  std::vector<std::string> reasons;
  if (!reason.empty()) {
    reasons.push_back(reason);
  } else {
    field_count_ = layout_.header.field_count;
    std::vector<int> seen(feed_.fields.size(), 0);
    for (const std::string_view field_name : layout_.header_fields()) {
      const std::string_view name = contracts::trimmed(field_name);
      const auto field = names_.find(name);
      field_of_column_.push_back(field.value_or(kUnknown));
      if (field) ++seen[*field];
      if (!field) note_unknown_column(name);
    }
    const auto* mapping = context_.mapping(feed_.name);
    for (std::size_t field = 0; field < feed_.fields.size(); ++field) {
      const auto& info = feed_.fields[field];
      const bool may_be_missing =
          info.column_may_be_missing ||
          (mapping != nullptr && mapping->defaults.contains(std::string(info.name)));
      if (seen[field] == 0 && !may_be_missing) {
        reasons.push_back(fmt::format("{}: column missing", info.name));
      } else if (seen[field] > 1) {
        reasons.push_back(fmt::format("{}: column repeated", info.name));
      }
    }
  }
  if (reasons.empty()) return;
  rest_ = {};
  reject_whole(joined(reasons), layout_.header.raw);
}

// Why the header cannot be read; empty where it can.
std::string CsvReader::header_fault() const {
  const CsvRow& header = layout_.header;
  if (header.fault != RowFault::none) return std::string(message(header.fault));
  if (!simdjson::validate_utf8(header.raw.data(), header.raw.size())) {
    return std::string(message(RowFault::not_utf8));
  }
  for (const std::string_view name : layout_.header_fields()) {
    if (contracts::has_control_character(contracts::trimmed(name), false)) {
      return "row: control character";
    }
  }
  return {};
}

std::string CsvReader::looks_like() const {
  const std::string file_type = looks_like_another_file(file().bytes());
  if (!file_type.empty()) return file_type;
  return looks_like_csv(text_.text(), feed_, context_.mapping(feed_.name));
}

// Where to cut: the last end of a row within kBlockBytes, or the end of the first row beyond it.
std::size_t CsvReader::block_size() const {
  const char* const begin = rest_.data();
  const char* const end = begin + rest_.size();
  const char* row_end = begin;  // the last place known to be between rows
  const char* p = begin;
  const char* target = begin + std::min(kBlockBytes, rest_.size());
  while (true) {
    const char* quote = find(p, target, '"');
    // No quote in [p, quote): the last line end there ends a row.
    if (const void* last = ::memrchr(p, '\n', static_cast<std::size_t>(quote - p))) {
      row_end = static_cast<const char*>(last) + 1;
    }
    if (quote == target) {
      if (target == end) return rest_.size();
      if (row_end != begin) return static_cast<std::size_t>(row_end - begin);
      p = target;
      target = begin + std::min(static_cast<std::size_t>(target - begin) * 2, rest_.size());
      continue;
    }
    const bool opens = quote == begin || quote[-1] == separator_ || quote[-1] == '\n';
    if (!opens) {
      p = row_end = after_line_end(quote, end);
    } else {
      bool escaped = false;
      const char* close = closing_quote(quote + 1, end, escaped);
      if (close == end) {
        // The quote takes the rest of the file: its row is a block of its own.
        return row_end != begin ? static_cast<std::size_t>(row_end - begin) : rest_.size();
      }
      if (ends_field(close + 1, end, separator_)) {
        p = close + 1;
      } else {
        p = row_end = after_line_end(close + 1, end);
      }
    }
    if (p == end) return rest_.size();
    if (p >= target) {
      if (row_end != begin) return static_cast<std::size_t>(row_end - begin);
      target = std::min(p + kBlockBytes, end);
    }
  }
}

bool CsvReader::next_block(Block& block) {
  const std::lock_guard lock(mutex_);
  if (rest_.empty()) return false;
  const std::size_t size = block_size();
  block.bytes = rest_.substr(0, size);
  block.first_line = line_;
  line_ += std::count(block.bytes.begin(), block.bytes.end(), '\n');
  rest_.remove_prefix(size);
  if (rest_.empty() && !ends_in_line_end(block.bytes)) note_unended_line(line_);
  return true;
}

class CsvReader::CsvBlockDecoder final : public BlockDecoder {
 public:
  explicit CsvBlockDecoder(CsvReader& reader)
      : reader_(reader),
        rows_(reader.feed_.make_decoder(reader.csv_context_, reader.lineage_)),
        values_(reader.feed_.fields.size()),
        scanner_(nullptr, nullptr, reader.separator_) {
    row_.fields.resize(reader.field_of_column_.size());
  }

  void start(const Block& block) override {
    p_ = block.bytes.data();
    end_ = p_ + block.bytes.size();
    line_ = block.first_line;
    valid_utf8_ = simdjson::validate_utf8(block.bytes.data(), block.bytes.size());
    scanner_ = SeparatorScanner(p_, end_, reader_.separator_);
  }

  bool decode(RowBatch& batch) override {
    const std::size_t columns = reader_.field_of_column_.size();
    std::int64_t rows = 0;
    while (p_ != end_ && !batch.full()) {
      const TextArena::Mark mark = batch.arena().mark();
      bool is_kept = false;
      scan_row(scanner_, p_, end_, columns, batch.arena(), row_);
      const std::int64_t line = line_;
      p_ += row_.size;
      line_ += row_.line_breaks;
      if (row_.blank) continue;
      ++rows;
      if (row_.fault == RowFault::none && !valid_utf8_ &&
          !simdjson::validate_utf8(row_.raw.data(), row_.raw.size())) {
        row_.fault = RowFault::not_utf8;
      }
      if (row_.fault != RowFault::none) {
        reader_.reject(line, message(row_.fault), row_.raw);
      } else if (row_.field_count != reader_.field_count_) {
        reader_.reject(
            line,
            fmt::format("row: {} fields, expected {}", row_.field_count, reader_.field_count_),
            row_.raw);
      } else {
        for (std::size_t column = 0; column < columns; ++column) {
          const std::size_t field = reader_.field_of_column_[column];
          if (field != kUnknown) values_[field] = row_.fields[column];
        }
        is_kept = rows_->decode(values_, line, batch);
        if (!is_kept) reject(line);
      }
      // A file of bad rows must not fill memory with what they hold.
      if (!is_kept) batch.arena().rewind(mark);
    }
    reader_.count_rows(rows);
    return p_ != end_;
  }

 private:
  void reject(std::int64_t line) {
    if (row_.raw == reader_.layout_.header.raw) {
      reader_.reject_header_again(line, rows_->reasons(), row_.raw);
    } else {
      reader_.reject(line, rows_->reasons(), row_.raw, values_);
    }
  }

  CsvReader& reader_;
  std::unique_ptr<contracts::RowDecoder> rows_;
  std::vector<std::string_view> values_;  // by field; absent columns stay empty
  CsvRow row_;
  SeparatorScanner scanner_;
  const char* p_ = nullptr;
  const char* end_ = nullptr;
  std::int64_t line_ = 1;
  bool valid_utf8_ = true;
};

std::unique_ptr<FeedReader::BlockDecoder> CsvReader::decoder() {
  return std::make_unique<CsvBlockDecoder>(*this);
}

}  // namespace cartograph::ingestion
