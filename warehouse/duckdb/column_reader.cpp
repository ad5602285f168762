// Decimals are integers of any width up to 128 bits, and a scale.
#include "warehouse/duckdb/column_reader.hpp"

#include <fmt/format.h>

#include <string>

#include "base/instant.hpp"

namespace cartograph::warehouse::duckdb {
namespace {

__extension__ typedef unsigned __int128 UnsignedInt128;

// A decimal of any width from its unscaled value.
std::string decimal_text(Int128 value, int scale) {
  const bool negative = value < 0;
  auto magnitude =
      negative ? -static_cast<UnsignedInt128>(value) : static_cast<UnsignedInt128>(value);
  std::string reversed;
  for (int place = 0; magnitude > 0 || place <= scale; ++place) {
    if (place == scale && scale > 0) reversed += '.';
    reversed += static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  }
  if (negative) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

std::string uuid_text(duckdb_hugeint value) {
  const std::uint64_t high = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, value.lower >> 48, value.lower & 0xFFFFFFFFFFFFULL);
}

}  // namespace

ColumnReader::ColumnReader(duckdb_type type, duckdb_logical_type logical) : type_(type) {
  if (type == DUCKDB_TYPE_DECIMAL) {
    scale_ = duckdb_decimal_scale(logical);
    decimal_ = duckdb_decimal_internal_type(logical);
  }
}

bool ColumnReader::readable(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_UUID: return true;
    default: return false;
  }
}

CellType ColumnReader::cell_type() const {
  switch (type_) {
    case DUCKDB_TYPE_BOOLEAN: return CellType::boolean;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return CellType::real;
    case DUCKDB_TYPE_DECIMAL: return CellType::decimal;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_UUID: return CellType::text;
    case DUCKDB_TYPE_DATE: return CellType::date;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return CellType::timestamp;
    default: return CellType::integer;
  }
}

void ColumnReader::attach(duckdb_vector vector) {
  data_ = duckdb_vector_get_data(vector);
  validity_ = duckdb_vector_get_validity(vector);
}

Cell ColumnReader::read(idx_t row) const {
  if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) return std::nullopt;
  switch (type_) {
    case DUCKDB_TYPE_BOOLEAN: return at<bool>(row) ? "true" : "false";
    case DUCKDB_TYPE_TINYINT: return std::to_string(at<std::int8_t>(row));
    case DUCKDB_TYPE_SMALLINT: return std::to_string(at<std::int16_t>(row));
    case DUCKDB_TYPE_INTEGER: return std::to_string(at<std::int32_t>(row));
    case DUCKDB_TYPE_BIGINT: return std::to_string(at<std::int64_t>(row));
    case DUCKDB_TYPE_UTINYINT: return std::to_string(at<std::uint8_t>(row));
    case DUCKDB_TYPE_USMALLINT: return std::to_string(at<std::uint16_t>(row));
    case DUCKDB_TYPE_UINTEGER: return std::to_string(at<std::uint32_t>(row));
    case DUCKDB_TYPE_UBIGINT: return std::to_string(at<std::uint64_t>(row));
    case DUCKDB_TYPE_HUGEINT: return decimal_text(huge(row), 0);
    case DUCKDB_TYPE_FLOAT: return real_text(at<float>(row));
    case DUCKDB_TYPE_DOUBLE: return real_text(at<double>(row));
    case DUCKDB_TYPE_DECIMAL: return decimal_text(unscaled(row), scale_);
    case DUCKDB_TYPE_DATE: return to_string(Day{at<std::int32_t>(row)});
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return to_string(Instant{at<std::int64_t>(row)});
    case DUCKDB_TYPE_UUID: return uuid_text(at<duckdb_hugeint>(row));
    default: {
      auto& text = static_cast<duckdb_string_t*>(data_)[row];
      return std::string(duckdb_string_t_data(&text), duckdb_string_t_length(text));
    }
  }
}

Int128 ColumnReader::huge(idx_t row) const {
  const auto value = at<duckdb_hugeint>(row);
  return (static_cast<Int128>(value.upper) << 64) | value.lower;
}

Int128 ColumnReader::unscaled(idx_t row) const {
  switch (decimal_) {
    case DUCKDB_TYPE_SMALLINT: return at<std::int16_t>(row);
    case DUCKDB_TYPE_INTEGER: return at<std::int32_t>(row);
    case DUCKDB_TYPE_BIGINT: return at<std::int64_t>(row);
    default: return huge(row);
  }
}

}  // namespace cartograph::warehouse::duckdb
