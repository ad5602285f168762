// A class of one character stands for that character.
#include "warehouse/duckdb/parquet_source.hpp"

#include <fmt/format.h>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse::duckdb {

std::string as_pattern(const std::filesystem::path& path) {
  std::string pattern;
  for (const char c : path.native()) {
    const bool is_special = c == '*' || c == '?' || c == '[';
    pattern += is_special ? fmt::format("[{}]", c) : std::string(1, c);
  }
  return pattern;
}

std::string list_of(const std::vector<std::filesystem::path>& files) {
  std::string list;
  for (const auto& file : files) {
    list += (list.empty() ? "" : ", ") + quote_literal(as_pattern(file));
  }
  return "[" + list + "]";
}

std::string parquet_source(const std::vector<std::filesystem::path>& files) {
  return fmt::format("read_parquet({}, hive_partitioning = false, union_by_name = true)",
                     list_of(files));
}

}  // namespace cartograph::warehouse::duckdb
