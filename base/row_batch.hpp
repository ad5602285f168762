// Rows on their way into a table: columns of one type each, at most kBatchRows rows.
// Decoders fill batches, engines and the lake drain them; neither knows the other.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph {

/// What a column of staging or of an operations table holds. `integer` is 32 bits, `bigint` 64,
/// `money` NUMERIC(18,2) in hundredths, `timestamp` TIMESTAMPTZ in microseconds since 1970,
/// `date` days since 1970, `hash` 128 bits kept as UUID.
enum class ColumnType { text, integer, bigint, money, timestamp, date, hash };

/// The SQL type, the same word on every engine.
constexpr std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::text: return "text";
    case ColumnType::integer: return "integer";
    case ColumnType::bigint: return "bigint";
    case ColumnType::money: return "numeric(18,2)";
    case ColumnType::timestamp: return "timestamp with time zone";
    case ColumnType::date: return "date";
    case ColumnType::hash: return "uuid";
  }
  return "text";
}

struct ColumnSpec {
  std::string name;
  ColumnType type;
  bool nullable = false;
  std::string about = {};  // what a value is, as a sentence
};

using Schema = std::vector<ColumnSpec>;

inline constexpr std::size_t kBatchRows = 2048;

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;
};

/// One column: only the vector of its type is in use, plus `valid` (1 set, 0 null).
struct ColumnData {
  std::vector<std::int64_t> numbers;
  std::vector<std::string_view> texts;
  std::vector<Hash128> hashes;
  std::vector<std::uint8_t> valid;
};

/// Keeps the bytes of texts that do not stand as they are in the input (unescaped, upper-cased).
class TextArena {
 public:
  struct Mark {
    std::size_t blocks = 0;
    std::size_t used = 0;
  };

  /// Room for `size` bytes that stays where it is until clear() or rewind().
  char* allocate(std::size_t size) {
    if (used_ + size > capacity_) grow(size);
    char* place = current_ + used_;
    used_ += size;
    return place;
  }
  std::string_view keep(std::string_view text) {
    char* place = allocate(text.size());
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  void clear() {
    if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    used_ = 0;
  }
  /// How far it is filled; rewind() takes back what was kept since.
  Mark mark() const { return {blocks_.size(), used_}; }
  void rewind(const Mark& mark) {
    if (blocks_.size() == mark.blocks) {
      used_ = mark.used;
      return;
    }
    // Of the blocks that have come since, the last is as good as new.
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(mark.blocks), blocks_.end() - 1);
    used_ = 0;
  }

 private:
  void grow(std::size_t size) {
    capacity_ = std::max<std::size_t>(size, 64 * 1024);
    blocks_.push_back(std::make_unique<char[]>(capacity_));
    current_ = blocks_.back().get();
    used_ = 0;
  }
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* current_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

/// Texts point into the input or into `arena`; both outlive the batch's use by its drain.
class RowBatch {
 public:
  explicit RowBatch(const Schema& schema) : columns_(schema.size()) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      auto& column = columns_[i];
      column.valid.resize(kBatchRows);
      switch (schema[i].type) {
        case ColumnType::text: column.texts.resize(kBatchRows); break;
        case ColumnType::hash: column.hashes.resize(kBatchRows); break;
        default: column.numbers.resize(kBatchRows);
      }
    }
  }

  std::size_t rows() const { return rows_; }
  bool full() const { return rows_ == kBatchRows; }
  const ColumnData& column(std::size_t i) const { return columns_[i]; }
  TextArena& arena() { return arena_; }

  void clear() {
    rows_ = 0;
    arena_.clear();
  }

  // Setters write the row that add_row() then completes; every column has to be set.
  void set_null(std::size_t column) { columns_[column].valid[rows_] = 0; }
  void set_number(std::size_t column, std::int64_t value) {
    columns_[column].numbers[rows_] = value;
    columns_[column].valid[rows_] = 1;
  }
  void set_text(std::size_t column, std::string_view value) {
    columns_[column].texts[rows_] = value;
    columns_[column].valid[rows_] = 1;
  }
  void set_hash(std::size_t column, Hash128 value) {
    columns_[column].hashes[rows_] = value;
    columns_[column].valid[rows_] = 1;
  }
  void add_row() { ++rows_; }

 private:
  std::vector<ColumnData> columns_;
  TextArena arena_;
  std::size_t rows_ = 0;
};

/// Rows from several threads at once: each thread takes a cursor of its own.
class RowSource {
 public:
  class Cursor {
   public:
    virtual ~Cursor() = default;
    /// Fills the cleared `batch`; false (and an empty batch) at the end. Throws Error.
    virtual bool next(RowBatch& batch) = 0;
  };

  virtual ~RowSource() = default;
  virtual const Schema& schema() const = 0;
  virtual std::unique_ptr<Cursor> cursor() = 0;
  /// More cursors than this find nothing to do.
  virtual std::size_t max_cursors() const = 0;
};

}  // namespace cartograph
