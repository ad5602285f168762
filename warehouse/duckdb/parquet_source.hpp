// Parquet files as DuckDB takes them. Functions that read take their paths as patterns, in which *,
// ? and [ are special: a data folder may have them in its path, and what that matches as a pattern
// is another one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cartograph::warehouse::duckdb {

/// The options of COPY for a file of the lake. A column of more different values in a row group
/// than that is no worse without a dictionary, and a fifth of the writing goes into making one of
/// ids.
inline constexpr std::string_view kParquetOptions =
    "format parquet, compression snappy, dictionary_size_limit 8192";

/// The pattern that matches the path and nothing else. Where one name has a backslash beside what
/// is special, it matches nothing.
std::string as_pattern(const std::filesystem::path& path);

/// The files as an SQL list for functions that read them.
std::string list_of(const std::vector<std::filesystem::path>& files);

/// An SQL table expression of the rows of Parquet `files`, which may differ in their columns: what
/// one lacks is null.
std::string parquet_source(const std::vector<std::filesystem::path>& files);

}  // namespace cartograph::warehouse::duckdb
