// The state of the schema is the table schema_migrations.
#include "warehouse/migrations.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "warehouse/time_zone.hpp"

namespace cartograph::warehouse {
namespace {

Migration parse(const EmbeddedFile& file) {
  std::string_view stem = file.path.substr(file.path.rfind('/') + 1);
  stem.remove_suffix(std::string_view(".sql").size());
  const std::size_t underscore = stem.find('_');
  const XXH128_hash_t hash = XXH3_128bits(file.text.data(), file.text.size());
  return {std::string(stem.substr(0, underscore)), std::string(stem.substr(underscore + 1)),
          file.text, fmt::format("{:016x}{:016x}", hash.high64, hash.low64)};
}

}  // namespace

std::vector<Migration> migrations(std::string_view engine) {
  std::vector<Migration> list;
  for (const std::string& folder :
       {std::string("warehouse/migrations"), fmt::format("warehouse/migrations/{}", engine)}) {
    for (const EmbeddedFile& file : embedded_files(folder)) list.push_back(parse(file));
  }
  std::sort(list.begin(), list.end(),
            [](const Migration& a, const Migration& b) { return a.version < b.version; });
  return list;
}

std::vector<Migration> pending_migrations(Connection& connection, std::string_view engine) {
  std::map<std::string, Row> applied;
  if (connection.has_table("schema_migrations")) {
    for (Row& row :
         connection.query("select version, name, checksum from schema_migrations").rows) {
      applied.emplace(*row[0], row);
    }
  }
  std::vector<Migration> pending;
  for (Migration& migration : migrations(engine)) {
    const auto found = applied.find(migration.version);
    if (found == applied.end()) {
      pending.push_back(std::move(migration));
      continue;
    }
    if (*found->second[2] != migration.checksum) {
      throw Error(fmt::format(
          "migration {}_{} was applied to this warehouse and has been changed since; take back the "
          "change and put it into a new migration",
          migration.version, migration.name));
    }
    applied.erase(found);
  }
  if (!applied.empty()) {
    throw Error(fmt::format(
        "migration {}_{} was applied to this warehouse but is unknown to this program; use the "
        "version of cartograph that has it, or a newer one",
        applied.begin()->first, *applied.begin()->second[1]));
  }
  return pending;
}

std::vector<Migration> migrate(Writer& writer, std::string_view engine) {
  writer.execute(
      "create table if not exists schema_migrations ("
      "version text not null, name text not null, checksum text not null, "
      "applied_at timestamp with time zone not null)");
  std::vector<Migration> applied = pending_migrations(writer, engine);
  for (const Migration& migration : applied) {
    writer.begin();
    try {
      writer.execute(migration.sql);
      writer.query(
          "insert into schema_migrations values ($1, $2, $3, cast($4 as timestamp with time zone))",
          {migration.version, migration.name, migration.checksum, to_string(now())});
      writer.commit();
    } catch (const Error& error) {
      writer.rollback();
      throw Error(fmt::format("migration {}_{} failed and was undone: {}", migration.version,
                              migration.name, error.what()));
    }
  }
  return applied;
}

void create_functions(Writer& writer, std::string_view engine,
                      std::string_view reporting_timezone) {
  constexpr std::string_view kPlaceholder = "$seconds_east";
  const std::string seconds_east =
      seconds_east_sql(load_time_zone(std::string(reporting_timezone)));
  for (const EmbeddedFile& file : embedded_files(fmt::format("warehouse/{}", engine))) {
    std::string sql(file.text);
    if (const std::size_t at = sql.find(kPlaceholder); at != std::string::npos) {
      sql.replace(at, kPlaceholder.size(), seconds_east);
    }
    writer.execute(sql);
  }
}

}  // namespace cartograph::warehouse
