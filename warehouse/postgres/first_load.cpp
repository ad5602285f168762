// Of a key, the unique index is what takes time to build, and building it locks out nobody. That it
// is the primary key is said at the very end.
#include "warehouse/postgres/first_load.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/sql_text.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::string_view kShortWait = "set local lock_timeout = '100ms'";
// Settings whose values are statements.
constexpr std::string_view kIndexes = "indexes_to_build";
constexpr std::string_view kKeys = "keys_to_declare";

struct Statements {
  std::string take_off;
  std::string build;
  std::string declare;
};

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + quote_literal(name);
  return list;
}

std::vector<std::string> empty_ones(Session& session, const std::vector<std::string>& tables) {
  std::vector<std::string> empty;
  if (tables.empty()) return empty;
  const Answer there = session.query(
      fmt::format("select relname from pg_class where relkind = 'r' and relname in ({}) "
                  "and relnamespace = cast(quote_ident(current_schema()) as regnamespace)",
                  list_of(tables)));
  for (const Row& row : there.rows) {
    const std::string& name = *row[0];
    if (session.query(fmt::format("select 1 from {} limit 1", quote_name(name))).rows.empty()) {
      empty.push_back(name);
    }
  }
  return empty;
}

Statements statements_of(Session& session, const std::vector<std::string>& tables) {
  Statements all;
  if (tables.empty()) return all;
  session.for_each(
      fmt::format(
          "select case when k.oid is null then format('drop index %s', i.indexrelid::regclass) "
          "else format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname) end, "
          "pg_get_indexdef(i.indexrelid), "
          "case when k.oid is not null then "
          "format('alter table %s add constraint %I primary key using index %I', "
          "i.indrelid::regclass, k.conname, k.conname) end "
          "from pg_index i join pg_class t on t.oid = i.indrelid "
          "left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid "
          "where t.relnamespace = cast(quote_ident(current_schema()) as regnamespace) "
          "and t.relname in ({}) and coalesce(k.contype, 'p') = 'p' "
          "order by t.relname, i.indexrelid",
          list_of(tables)),
      {}, [&](const auto&, const Row& row) {
        all.take_off += *row[0] + ";\n";
        all.build += *row[1] + ";\n";
        if (row[2]) all.declare += *row[2] + ";\n";
      });
  return all;
}

std::string setting(Session& session, std::string_view name) {
  const Answer found =
      session.query("select value from settings where name = $1", {std::string(name)});
  return found.rows.empty() ? "" : found.rows[0][0].value_or("");
}

void write_setting(Session& session, std::string_view name, const std::string& value) {
  session.query("delete from settings where name = $1", {std::string(name)});
  if (value.empty()) return;
  session.query("insert into settings values ($1, $2)", {std::string(name), value});
}

}  // namespace

void take_indexes_off(Session& session, const std::vector<std::string>& tables) {
  const Statements off = statements_of(session, empty_ones(session, tables));
  session.execute("begin");
  try {
    session.execute(kShortWait);
    execute_each(session, off.take_off);
    write_setting(session, kIndexes, off.build);
    write_setting(session, kKeys, off.declare);
    session.execute("commit");
  } catch (const Stopped&) {
    throw;
  } catch (const Error& error) {
    if (!session.is_alive()) throw;
    session.execute("rollback");
    log::info(fmt::format("the first load keeps its indexes: {}", error.what()));
  }
}

bool are_indexes_off(Session& session) {
  return session.has_table("settings") &&
         (!setting(session, kIndexes).empty() || !setting(session, kKeys).empty());
}

void bring_indexes_back(Session& session) {
  execute_each(session, setting(session, kIndexes));
  write_setting(session, kIndexes, "");
  session.execute("savepoint undeclared");
  try {
    session.execute(kShortWait);
    execute_each(session, setting(session, kKeys));
    write_setting(session, kKeys, "");
  } catch (const Stopped&) {
    throw;
  } catch (const Error& error) {
    if (!session.is_alive()) throw;
    session.execute("rollback to savepoint undeclared");
    log::info(fmt::format("the next run declares the keys: {}", error.what()));
  }
  session.execute("release savepoint undeclared");
  session.execute("set local lock_timeout = default");
}

}  // namespace cartograph::warehouse::postgres
