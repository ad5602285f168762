// The state of the schema is the table schema_migrations.
#include "warehouse/migrations.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/rethrow.hpp"
#include "warehouse/sql_text.hpp"

namespace cartograph::warehouse {
namespace {

std::string hash(std::string_view text) {
  const XXH128_hash_t value = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", value.high64, value.low64);
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// What earlier programs recorded, whose checksums covered comments, for files that make the same
// schema today.
bool is_earlier_checksum(const Migration& migration, std::string_view recorded) {
  static const std::map<std::string, std::string_view> kEarlier = {
      {"001_operations", "c90fdd15d544f52f2b4cc81480053982"},
      {"002_dimensions", "1ae7ad328e5e842c2f5d0f6d7bbc9649"},
      {"003_facts", "637469cde64b4759a9d59645b3812bee"},
      {"004_intermediate", "274897eefc64788a6d2e70a8f670716e"},
      {"005_calendar", "0f93fbd714ae53a74d24e8bc0162d2e4"},
      {"006_collation", "1e0674caebf8c48b0865cd55dfcc5969"},
      {"007_keys", "a79c7c905aa185680e1f3e6006d2f514"},
      {"008_orphan_views", "00c20665412d509577dee6e717576cf5"},
      {"009_identity", "ca779ca029f06bfb06076f5d597b7beb"},
      {"010_product_spans", "00dc8c218b5bd8560726140b31a59ba9"}};
  const auto found = kEarlier.find(migration.full_name());
  return found != kEarlier.end() && found->second == recorded;
}

Migration parse(const EmbeddedFile& file) {
  std::string_view stem = file.path.substr(file.path.rfind('/') + 1);
  stem.remove_suffix(std::string_view(".sql").size());
  const std::size_t underscore = stem.find('_');
  return {std::string(stem.substr(0, underscore)), std::string(stem.substr(underscore + 1)),
          file.text, checksum(file.text)};
}

void apply(Writer& writer, const Migration& migration) {
  writer.begin();
  try {
    execute_each(writer, migration.sql);
    writer.query(
        "insert into schema_migrations values ($1, $2, $3, cast($4 as timestamp with time zone))",
        {migration.version, migration.name, migration.checksum, to_string(now())});
    writer.commit();
  } catch (const Error& error) {
    const std::string text =
        fmt::format("migration {} failed and was undone: {}", migration.full_name(), error.what());
    try {
      writer.rollback();
    } catch (const Error&) {
      // A connection that is gone undoes it as well; what counts is the first error.
    }
    throw_as(error, text);
  }
}

}  // namespace

std::string checksum(std::string_view sql) {
  std::string bare;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end = token_end(sql, at);
    const bool is_comment = end > at && (sql[at] == '-' || sql[at] == '/');
    if (is_comment || (end == at && is_space(sql[at]))) {
      if (!bare.empty() && bare.back() != ' ') bare += ' ';
      at = std::max(end, at + 1);
      continue;
    }
    bare += sql.substr(at, std::max(end, at + 1) - at);
    at = std::max(end, at + 1);
  }
  while (!bare.empty() && bare.back() == ' ') bare.pop_back();
  return hash(bare);
}

std::vector<Migration> migrations(const SqlFolders& folders) {
  std::vector<Migration> list;
  for (const std::string_view folder : folders) {
    for (const EmbeddedFile& file :
         embedded_files(fmt::format("warehouse/migrations/{}", folder))) {
      list.push_back(parse(file));
    }
  }
  std::sort(list.begin(), list.end(),
            [](const Migration& a, const Migration& b) { return a.version < b.version; });
  return list;
}

std::vector<Migration> pending_migrations(Connection& connection, const SqlFolders& folders) {
  std::map<std::string, Row> applied;
  if (connection.has_table("schema_migrations")) {
    for (Row& row :
         connection.query("select version, name, checksum from schema_migrations").rows) {
      applied.emplace(*row[0], row);
    }
  }
  std::vector<Migration> pending;
  for (Migration& migration : migrations(folders)) {
    const auto found = applied.find(migration.version);
    if (found == applied.end()) {
      pending.push_back(std::move(migration));
      continue;
    }
    const std::string& recorded = *found->second[2];
    if (recorded != migration.checksum && !is_earlier_checksum(migration, recorded)) {
      throw Error(fmt::format(
          "migration {} was applied to this warehouse and has been changed since; take back the "
          "change and put it into a new migration",
          migration.full_name()));
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

std::vector<Migration> migrate(Writer& writer, const SqlFolders& folders) {
  writer.execute(
      "create table if not exists schema_migrations ("
      "version text not null, name text not null, checksum text not null, "
      "applied_at timestamp with time zone not null)");
  std::vector<Migration> applied = pending_migrations(writer, folders);
  for (const Migration& migration : applied) apply(writer, migration);
  return applied;
}

}  // namespace cartograph::warehouse
