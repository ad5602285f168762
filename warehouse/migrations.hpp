// The numbered files of warehouse/migrations: each is applied once, in order over all folders, in a
// transaction of its own, and recorded with a checksum of its statements. Used by Writer::prepare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {

struct Migration {
  std::string version;  // "001"
  std::string name;     // "operations"
  std::string_view sql;
  std::string checksum;  // of the SQL without comments and layout

  std::string full_name() const { return version + "_" + name; }
};

/// All migrations of an engine that reads these folders of warehouse/migrations, by version.
std::vector<Migration> migrations(const SqlFolders& folders);

/// Those that the warehouse behind `connection` does not have yet. Throws Error naming a migration
/// that was applied and has since been changed or taken away.
std::vector<Migration> pending_migrations(Connection& connection, const SqlFolders& folders);

/// Applies them; returns what was applied. Throws Error, or TransientError where trying again may
/// help, naming the migration that failed: it is undone, those before it stay.
std::vector<Migration> migrate(Writer& writer, const SqlFolders& folders);

/// The checksum of `sql`: comments, and how it is laid out, do not count.
std::string checksum(std::string_view sql);

}  // namespace cartograph::warehouse
