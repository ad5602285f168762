// Files as DuckDB's functions that read them take their paths: as patterns, in which *, ? and [ are
// special. A data folder may have them in its path, and what that matches as a pattern is another
// one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cartograph::warehouse::duckdb {

/// The pattern that matches the path and nothing else. Where one name has a backslash beside what
/// is special, it matches nothing.
std::string as_pattern(const std::filesystem::path& path);

/// The files as an SQL list for functions that read them.
std::string list_of(const std::vector<std::filesystem::path>& files);

/// An SQL table expression of the rows of Parquet `files`, which may differ in their columns: what
/// one lacks is null.
std::string parquet_source(const std::vector<std::filesystem::path>& files);

}  // namespace cartograph::warehouse::duckdb
