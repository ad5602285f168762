// Reading is strict about what decides numbers (dates, quantities, prices, the number of fields)
// and stops at the first line that is wrong: a ledger with a hole in it would give wrong totals.
#include "importers/ledger.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/stopping.hpp"
#include "contracts/value.hpp"

namespace cartograph::importers {
namespace {

using contracts::is_digit;
using contracts::trimmed;

enum Column { invoice, stock_code, description, quantity, time, price, customer, country };
constexpr std::size_t kColumns = 8;
constexpr std::string_view kOnlineRetail =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
constexpr std::string_view kOnlineRetailII =
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country";

[[noreturn]] void fail(const std::filesystem::path& file, std::int64_t line,
                       std::string_view what) {
  throw Error(
      fmt::format("reading {}, line {}: {} (nothing was written)", file.string(), line, what));
}

// The file's bytes, unpacked where they are gzipped.
std::string read_bytes(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) {
    throw UsageError(fmt::format(
        "there is no file {}: give the path of the ledger's CSV, plain or .gz", file.string()));
  }
  const std::unique_ptr<gzFile_s, decltype(&gzclose_r)> input(gzopen(file.c_str(), "rb"),
                                                              &gzclose_r);
  if (!input) {
    throw Error(fmt::format("{} cannot be opened: check its permissions", file.string()));
  }
  constexpr std::size_t kChunk = 1 << 20;
  std::string bytes;
  while (true) {
    const std::size_t size = bytes.size();
    bytes.resize(size + kChunk);
    const int read = gzread(input.get(), bytes.data() + size, kChunk);
    bytes.resize(size + static_cast<std::size_t>(read > 0 ? read : 0));
    if (read <= 0) break;
  }
  // A file that ends within a gzip member shows only here.
  int status = Z_OK;
  const char* message = gzerror(input.get(), &status);
  if (status != Z_OK) {
    throw Error(
        fmt::format("{} cannot be read to its end: fetch it again ({})", file.string(), message));
  }
  return bytes;
}

// A file that is not valid UTF-8 throughout is Latin-1, whose bytes are the first code points.
std::string to_utf8(std::string bytes) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  if (simdjson::validate_utf8(bytes)) return bytes;
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 64);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

// Splits CSV (RFC 4180, LF or CRLF) into records; blank lines are none. A quote inside an unquoted
// field stands for itself.
class CsvRecords {
 public:
  CsvRecords(const std::filesystem::path& file, std::string_view text, TextArena& arena)
      : file_(file), text_(text), arena_(arena) {}

  /// False at the end.
  bool next() {
    skip_blank_lines();
    if (at_ == text_.size()) return false;
    fields_.clear();
    number_ = line_;
    bool more = true;
    while (more) more = next_field();
    return true;
  }

  /// The line on which the record starts, counted by LF from 1.
  std::int64_t number() const { return number_; }
  /// Trimmed.
  const std::vector<std::string_view>& fields() const { return fields_; }

 private:
  void skip_blank_lines() {
    while (at_ < text_.size()) {
      const std::size_t end = text_.find_first_not_of(" \t\r", at_);
      if (end == std::string_view::npos) {
        at_ = text_.size();
      } else if (text_[end] == '\n') {
        at_ = end + 1;
        ++line_;
      } else {
        return;
      }
    }
  }

  // Takes a field and the separator behind it; false when the record ends there.
  bool next_field() {
    if (at_ < text_.size() && text_[at_] == '"') return next_quoted_field();
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    std::string_view field = text_.substr(at_, end - at_);
    const bool record_ends = end == text_.size() || text_[end] == '\n';
    if (record_ends && field.ends_with('\r')) field.remove_suffix(1);
    fields_.push_back(trimmed(field));
    at_ = end;
    return take_separator();
  }

  bool next_quoted_field() {
    const std::size_t start = at_ + 1;
    std::size_t end = start;
    std::size_t escaped_quotes = 0;
    while (true) {
      end = text_.find('"', end);
      if (end == std::string_view::npos) {
        fail(file_, number_, "a quoted value does not end; close its quote and import again");
      }
      if (end + 1 == text_.size() || text_[end + 1] != '"') break;
      ++escaped_quotes;
      end += 2;
    }
    const std::string_view content = text_.substr(start, end - start);
    for (const char c : content) line_ += c == '\n';
    fields_.push_back(trimmed(escaped_quotes == 0 ? content : unescaped(content, escaped_quotes)));
    at_ = end + 1;
    if (text_.substr(at_).starts_with("\r\n")) ++at_;
    return take_separator();
  }

  std::string_view unescaped(std::string_view content, std::size_t escaped_quotes) {
    const std::size_t size = content.size() - escaped_quotes;
    char* const kept = arena_.allocate(size);
    for (std::size_t from = 0, to = 0; to < size; ++from, ++to) {
      kept[to] = content[from];
      if (content[from] == '"') ++from;
    }
    return {kept, size};
  }

  bool take_separator() {
    if (at_ == text_.size()) return false;
    const char separator = text_[at_];
    if (separator != ',' && separator != '\n') {
      fail(file_, number_,
           "something other than a comma or a line end follows a closing quote; double the quotes "
           "inside quoted values and import again");
    }
    ++at_;
    line_ += separator == '\n';
    return separator == ',';
  }

  const std::filesystem::path& file_;
  std::string_view text_;
  TextArena& arena_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::int64_t number_ = 1;
  std::vector<std::string_view> fields_;
};

// Takes `count_min` to `count_max` digits off the front of `text`, or answers -1.
int take_digits(std::string_view& text, std::size_t count_min, std::size_t count_max) {
  int number = 0;
  std::size_t count = 0;
  while (count < count_max && count < text.size() && is_digit(text[count])) {
    number = number * 10 + (text[count] - '0');
    ++count;
  }
  if (count < count_min) return -1;
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

// "2010-12-01 08:26:00", "2010-12-01 08:26" or "12/1/2010 8:26", month first. The ledger's clock is
// taken as UTC.
std::optional<Instant> read_time(std::string_view text) {
  const bool month_first = text.find('/') != std::string_view::npos;
  int year = 0, month = 0, day_of_month = 0;
  if (month_first) {
    month = take_digits(text, 1, 2);
    if (!take(text, '/')) return std::nullopt;
    day_of_month = take_digits(text, 1, 2);
    if (!take(text, '/')) return std::nullopt;
    year = take_digits(text, 4, 4);
  } else {
    year = take_digits(text, 4, 4);
    if (!take(text, '-')) return std::nullopt;
    month = take_digits(text, 2, 2);
    if (!take(text, '-')) return std::nullopt;
    day_of_month = take_digits(text, 2, 2);
  }
  if (year < 0 || month < 0 || day_of_month < 0 || !take(text, ' ')) return std::nullopt;
  const int hour = take_digits(text, month_first ? 1 : 2, 2);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2, 2);
  int second = 0;
  if (!month_first && take(text, ':')) second = take_digits(text, 2, 2);
  if (!text.empty() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59) {
    return std::nullopt;
  }
  const auto day = day_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day_of_month));
  if (!day) return std::nullopt;
  return Instant{day->start_utc().micros +
                 (hour * 3600LL + minute * 60 + second) * kMicrosPerSecond};
}

std::string_view without_decimal_zero(std::string_view customer) {
  constexpr std::string_view kDecimalZero = ".0";
  if (!customer.ends_with(kDecimalZero)) return customer;
  const std::string_view whole = customer.substr(0, customer.size() - kDecimalZero.size());
  for (const char c : whole) {
    if (!is_digit(c)) return customer;
  }
  return whole;
}

bool is_header(const std::vector<std::string_view>& fields) {
  if (fields.size() != kColumns) return false;
  std::string names(fields.front());
  for (std::size_t i = 1; i < kColumns; ++i) names.append(",").append(fields[i]);
  return names == kOnlineRetail || names == kOnlineRetailII;
}

}  // namespace

Ledger::Ledger(const std::filesystem::path& file, const std::stop_token& stop)
    : text_(to_utf8(read_bytes(file))) {
  CsvRecords records(file, text_, arena_);
  if (!records.next() || !is_header(records.fields())) {
    fail(file, records.number(),
         fmt::format("the header is neither {} nor {}; give the CSV of UCI Online Retail or Online "
                     "Retail II (save a spreadsheet as CSV first)",
                     kOnlineRetail, kOnlineRetailII));
  }
  while (records.next()) {
    expect_not_stopped(stop);
    read_line(file, records.number(), records.fields());
  }
}

void Ledger::read_line(const std::filesystem::path& file, std::int64_t number,
                       const std::vector<std::string_view>& fields) {
  if (fields.size() != kColumns) {
    fail(file, number,
         fmt::format("{} values, expected {}; quote values with commas and import again",
                     fields.size(), kColumns));
  }
  LedgerLine line;
  line.number = number;
  line.invoice = fields[invoice];
  line.description = fields[description];
  line.customer = without_decimal_zero(fields[customer]);
  line.country = fields[country];

  char* const code = arena_.allocate(fields[stock_code].size());
  std::transform(fields[stock_code].begin(), fields[stock_code].end(), code,
                 contracts::ascii_upper);
  line.stock_code = {code, fields[stock_code].size()};

  using Limits = std::numeric_limits<std::int32_t>;
  if (fields[quantity].empty() ||
      contracts::read_integer(fields[quantity], Limits::min(), Limits::max(), line.quantity) !=
          contracts::Fault::none) {
    fail(file, number,
         fmt::format("the quantity \"{}\" is not an integer of 32 bits; mend it and import again",
                     fields[quantity]));
  }
  const auto at = read_time(fields[time]);
  if (!at) {
    fail(file, number,
         fmt::format("the date \"{}\" is not of the form 2010-12-01 08:26:00, 2010-12-01 08:26 or "
                     "12/1/2010 8:26 (month first); mend it and import again",
                     fields[time]));
  }
  line.time = *at;
  const auto unit_price = Price::parse(fields[price]);
  if (!unit_price) {
    fail(file, number,
         fmt::format("the price \"{}\" is not a decimal such as 2.55; mend it and import again",
                     fields[price]));
  }
  line.price = *unit_price;
  lines_.push_back(line);
}

}  // namespace cartograph::importers
