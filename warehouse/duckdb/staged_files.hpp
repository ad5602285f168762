// Staging of the embedded warehouse is the lake's files: the table lake_files lists them, and each
// staging table is a view over those that are listed for it. Both are published with everything
// else, so that a file counts once it is listed. Paths are relative to the lake, which a session
// names in its variable `lake`: a data folder can be moved. Each call takes one session, and is
// part of its transaction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/connection.hpp"
#include "warehouse/schema.hpp"

namespace cartograph::warehouse::duckdb {

/// The variable of a session from which the views take where the lake lies, with a slash at its
/// end.
inline constexpr std::string_view kLakeVariable = "lake";

struct ListedFile {
  std::filesystem::path path;  // whole, unless it was listed relative to an unknown lake
  std::int64_t bytes = 0;
};

/// The files that the warehouse lists, which lie in `lake`; none where it has no list yet.
std::vector<ListedFile> listed_files(Connection& connection, const std::filesystem::path& lake);

/// What is wrong with the first of the files that is not as it was listed, with the way out; empty
/// where all are.
std::string fault_of(const std::vector<ListedFile>& files);

/// What the engine's `words` tell of a file of staging that is as it was listed and yet cannot be
/// read, with the way out; empty where they tell of something else.
std::string damage_of(std::string_view words, const std::filesystem::path& lake);

/// Whether `table` is a view over files.
bool is_view_of_files(Connection& connection, std::string_view table);

/// Makes the view of the table, or makes it anew where its columns are others.
void declare_view(Connection& connection, const TableSpec& table);

/// Adds files to those that `table` consists of. Those that do not lie in `lake` are listed with
/// their whole path: for a run that is not published.
void list_files(Connection& connection, std::string_view table, const std::filesystem::path& lake,
                const std::vector<std::filesystem::path>& files);

/// Lets `table` consist of no file.
void unlist_files(Connection& connection, std::string_view table);

/// Of files of so many bytes each, in order of pickup, the first of those that are to be merged:
/// the newest, back to the first that is more than twice as large as all after it together. Their
/// number where there are not too many of them.
std::size_t first_to_merge(const std::vector<std::int64_t>& bytes);

/// Where `table` consists of too many files, writes its newest as one, `written`, which moves to
/// `into` and is listed in their place. Returns the files that it replaces, which are to be removed
/// once that is published; none where there was nothing to do.
std::vector<std::filesystem::path> merge_files(Connection& connection, std::string_view table,
                                               const std::filesystem::path& lake,
                                               const std::filesystem::path& written,
                                               const std::filesystem::path& into);

/// Puts a view over `files` in the place of the table of rows that earlier programs kept; where
/// there are no files, the rows are written as `into` first, of which it returns whether that was
/// done. Throws Error where the files do not hold the same rows.
bool take_over_table(Connection& connection, const TableSpec& table,
                     const std::filesystem::path& lake,
                     const std::vector<std::filesystem::path>& files,
                     const std::filesystem::path& into);

}  // namespace cartograph::warehouse::duckdb
