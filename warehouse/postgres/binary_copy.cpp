// Values are written row by row from columns, straight into the buffer that is sent.
#include "warehouse/postgres/binary_copy.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/error.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::size_t kSendBytes = 256 << 10;
// PostgreSQL counts from 2000-01-01.
constexpr std::int32_t kDaysTo2000 = 10'957;
constexpr std::int64_t kMicrosTo2000 = kDaysTo2000 * std::int64_t{86'400'000'000};
constexpr std::int64_t kHundredths = 100;
// numeric is digits of base 10,000, the first of which stands for 10,000 to the power of the
// weight.
constexpr int kNumericBase = 10'000;
constexpr std::uint16_t kNumericNegative = 0x4000;
constexpr std::uint16_t kMoneyPlaces = 2;

template <class Unsigned>
void put(std::string& out, Unsigned value) {
  char bytes[sizeof(Unsigned)];
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
  }
  out.append(bytes, sizeof(Unsigned));
}

void put_length(std::string& out, std::size_t length) {
  put(out, static_cast<std::uint32_t>(length));
}

void put_money(std::string& out, std::int64_t hundredths) {
  const bool negative = hundredths < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(hundredths)
                                           : static_cast<std::uint64_t>(hundredths);
  // Least significant first: the two decimals are one digit of their own.
  std::uint16_t digits[8];
  int count = 0;
  digits[count++] = static_cast<std::uint16_t>(magnitude % kHundredths * kHundredths);
  for (std::uint64_t rest = magnitude / kHundredths; rest > 0; rest /= kNumericBase) {
    digits[count++] = static_cast<std::uint16_t>(rest % kNumericBase);
  }
  const int weight = count - 2;
  int lowest = 0;
  while (lowest < count && digits[lowest] == 0) ++lowest;
  put_length(out, sizeof(std::uint16_t) * (4 + static_cast<std::size_t>(count - lowest)));
  put(out, static_cast<std::uint16_t>(count - lowest));
  put(out, static_cast<std::uint16_t>(weight));
  put(out, negative ? kNumericNegative : std::uint16_t{0});
  put(out, kMoneyPlaces);
  for (int i = count; i-- > lowest;) put(out, digits[i]);
}

class ColumnWriter {
 public:
  explicit ColumnWriter(duckdb_vector vector)
      : data_(duckdb_vector_get_data(vector)), validity_(duckdb_vector_get_validity(vector)) {
    duckdb_logical_type type = duckdb_vector_get_column_type(vector);
    type_ = duckdb_get_type_id(type);
    const bool is_money = type_ == DUCKDB_TYPE_DECIMAL &&
                          duckdb_decimal_scale(type) == kMoneyPlaces &&
                          duckdb_decimal_internal_type(type) == DUCKDB_TYPE_BIGINT;
    duckdb_destroy_logical_type(&type);
    if (type_ == DUCKDB_TYPE_DECIMAL && !is_money) {
      throw Error("a decimal of the lake is not of the type numeric(18,2)");
    }
  }

  void write(std::string& out, idx_t row) const {
    if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) {
      put(out, ~std::uint32_t{0});
      return;
    }
    switch (type_) {
      case DUCKDB_TYPE_VARCHAR: {
        auto& text = static_cast<duckdb_string_t*>(data_)[row];
        const std::size_t length = duckdb_string_t_length(text);
        put_length(out, length);
        out.append(duckdb_string_t_data(&text), length);
        return;
      }
      case DUCKDB_TYPE_INTEGER:
        put_length(out, sizeof(std::uint32_t));
        put(out, static_cast<std::uint32_t>(at<std::int32_t>(row)));
        return;
      case DUCKDB_TYPE_BIGINT:
        put_length(out, sizeof(std::uint64_t));
        put(out, static_cast<std::uint64_t>(at<std::int64_t>(row)));
        return;
      case DUCKDB_TYPE_DECIMAL: put_money(out, at<std::int64_t>(row)); return;
      case DUCKDB_TYPE_TIMESTAMP_TZ:
        put_length(out, sizeof(std::uint64_t));
        put(out, static_cast<std::uint64_t>(at<std::int64_t>(row) - kMicrosTo2000));
        return;
      case DUCKDB_TYPE_DATE:
        put_length(out, sizeof(std::uint32_t));
        put(out, static_cast<std::uint32_t>(at<std::int32_t>(row) - kDaysTo2000));
        return;
      case DUCKDB_TYPE_UUID: {
        // DuckDB keeps the first bit turned over, so that signed numbers sort as UUIDs do.
        const auto value = at<duckdb_hugeint>(row);
        put_length(out, 2 * sizeof(std::uint64_t));
        put(out, static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63));
        put(out, value.lower);
        return;
      }
      default:
        throw Error(fmt::format("a column of the lake is of DuckDB's type {}, which is not loaded",
                                static_cast<int>(type_)));
    }
  }

 private:
  template <class T>
  T at(idx_t row) const {
    return static_cast<const T*>(data_)[row];
  }

  duckdb_type type_;
  void* data_;
  std::uint64_t* validity_;
};

}  // namespace

BinaryCopy::BinaryCopy(std::function<void(std::string_view)> send) : send_(std::move(send)) {
  constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
  buffer_ = kSignature;
  put(buffer_, std::uint32_t{0});  // flags
  put(buffer_, std::uint32_t{0});  // length of an extension of the header
}

void BinaryCopy::append(duckdb_data_chunk chunk) {
  std::vector<ColumnWriter> columns;
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk); ++i) {
    columns.emplace_back(duckdb_data_chunk_get_vector(chunk, i));
  }
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    put(buffer_, static_cast<std::uint16_t>(columns.size()));
    for (const ColumnWriter& column : columns) column.write(buffer_, row);
    if (buffer_.size() >= kSendBytes) flush();
  }
}

void BinaryCopy::finish() {
  put(buffer_, static_cast<std::uint16_t>(-1));
  flush();
}

void BinaryCopy::flush() {
  send_(buffer_);
  buffer_.clear();
}

}  // namespace cartograph::warehouse::postgres
