// What a writer can do beyond others whose engine reads staging from the lake's own files, as the
// embedded warehouse does, and has no tables of staged rows. There Connection::load() lists files
// instead of reading them. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/schema.hpp"

namespace cartograph::warehouse {

using LakeFiles = std::vector<std::filesystem::path>;

class StagedLake {
 public:
  virtual ~StagedLake() = default;

  /// Makes what stands for the tables, or brings their columns up to date. Tables of rows that an
  /// earlier program has made stay until move_rows().
  virtual void make_tables(const std::vector<TableSpec>& tables) = 0;

  /// A run works in the lake of this folder.
  virtual void use_lake(const std::filesystem::path& lake) = 0;

  /// Throws Error naming a listed file of the lake that is not there, or not as it was listed.
  virtual void expect_files() = 0;

  /// Lets the rows of tables that an earlier program has made lie in the lake: `files_of` names the
  /// files that the lake has of a table; where there are none, its rows are written into `file`.
  /// Returns whether any were. To be called outside of a transaction. Throws Error where the lake's
  /// rows are others.
  virtual bool move_rows(const std::vector<TableSpec>& tables,
                         const std::function<LakeFiles(std::string_view table)>& files_of,
                         const std::string& file) = 0;

  /// Lets the table consist of no file.
  virtual void clear(std::string_view table) = 0;

  /// Where the table consists of too many files, writes the newest of them as one, `written`, which
  /// moves to `place`. Returns those that it replaces, which are to be removed once that is
  /// published; none where there was nothing to do.
  virtual LakeFiles merge(std::string_view table, const std::filesystem::path& written,
                          const std::filesystem::path& place) = 0;
};

class Connection;

/// The connection as such a writer; null where its engine has tables of staged rows.
StagedLake* staged_lake(Connection& connection);

}  // namespace cartograph::warehouse
