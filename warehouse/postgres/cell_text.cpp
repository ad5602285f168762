// The numbers of types are fixed in PostgreSQL's catalogue and part of its protocol.
#include "warehouse/postgres/cell_text.hpp"

#include <charconv>

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::size_t kFractionDigits = 6;

// "2025-03-01 10:00:00.5+00" becomes "2025-03-01T10:00:00.500000Z"; "infinity" stays.
std::string timestamp_text(std::string_view sent) {
  const std::size_t space = sent.find(' ');
  if (space == std::string_view::npos) return std::string(sent);
  const std::string_view day = sent.substr(0, space);
  std::string_view time = sent.substr(space + 1);
  const std::size_t era = time.find(' ');
  const std::string_view before_christ = era == std::string_view::npos ? "" : time.substr(era);
  time = time.substr(0, era);
  time = time.substr(0, time.find('+'));
  const std::size_t point = time.find('.');
  std::string text(day);
  text.append("T").append(time);
  if (point == std::string_view::npos) text += '.';
  const std::size_t digits = point == std::string_view::npos ? 0 : time.size() - point - 1;
  text.append(kFractionDigits - digits, '0').append("Z").append(before_christ);
  return text;
}

}  // namespace

std::optional<CellType> cell_type(Oid type) {
  switch (type) {
    case 16: return CellType::boolean;
    case 20:
    case 21:
    case 23:
    case 26: return CellType::integer;  // int8, int2, int4, oid
    case 700:
    case 701: return CellType::real;
    case 1700: return CellType::decimal;
    // "char", name, text, an untyped literal, bpchar, varchar, uuid
    case 18:
    case 19:
    case 25:
    case 705:
    case 1042:
    case 1043:
    case 2950: return CellType::text;
    case 1082: return CellType::date;
    case 1114:
    case 1184: return CellType::timestamp;
    default: return std::nullopt;
  }
}

std::string cell_text(CellType type, std::string_view sent) {
  switch (type) {
    case CellType::boolean: return sent == "t" ? "true" : "false";
    case CellType::timestamp: return timestamp_text(sent);
    case CellType::real: {
      double value = 0;
      const auto [end, error] = std::from_chars(sent.data(), sent.data() + sent.size(), value);
      return error == std::errc{} ? real_text(value) : std::string(sent);
    }
    default: return std::string(sent);
  }
}

}  // namespace cartograph::warehouse::postgres
