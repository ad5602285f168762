// Brings a warehouse's schema up to date: the numbered files of warehouse/migrations and of its
// engine's folder there, each once, in order, in a transaction of its own, recorded with a
// checksum.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {

struct Migration {
  std::string version;  // "0001"
  std::string name;     // "operations"
  std::string_view sql;
  std::string checksum;
};

/// All migrations of `engine`, by version.
std::vector<Migration> migrations(std::string_view engine);

/// Those that the warehouse behind `connection` does not have yet. Throws Error naming a migration
/// that was applied and has since been changed or taken away.
std::vector<Migration> pending_migrations(Connection& connection, std::string_view engine);

/// Applies them; returns what was applied.
std::vector<Migration> migrate(Writer& writer, std::string_view engine);

/// Makes the functions that models call and the engine lacks, for this reporting time zone. Throws
/// as load_time_zone() does.
void create_functions(Writer& writer, std::string_view engine, std::string_view reporting_timezone);

}  // namespace cartograph::warehouse
