// A run that holds the warehouse is the row of run_log with the status "running": committed when it
// begins, replaced when it ends. Where the lock is free and there is such a row, its run was
// killed.
#include "warehouse/postgres/postgres_warehouse.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/postgres/connection_url.hpp"
#include "warehouse/postgres/indexes.hpp"
#include "warehouse/postgres/session.hpp"
#include "warehouse/published.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::size_t kNameBytesMax = 63;

const SqlFolders kSqlFolders = {"all", "postgres"};

// Sets each schema's lock apart from those of other programs in the same database.
std::string lock_key(const std::string& schema) {
  return fmt::format("hashtextextended({}, 0)", quote_literal("cartograph run on " + schema));
}

std::vector<RunMark> running(Connection& connection) {
  std::vector<RunMark> marks;
  if (!connection.has_table("run_log")) return marks;
  for (const Row& row :
       connection
           .query(
               "select run_id, command, cast(extract(epoch from started_at) * 1000000 as bigint) "
               "from run_log where status = 'running' order by started_at, run_id")
           .rows) {
    marks.push_back({*row[0], *row[1], Instant{std::stoll(*row[2])}});
  }
  return marks;
}

// Works in a transaction that is never committed: temporary tables are its own, whatever else it
// tried would vanish with it. What for_each is given may come from anyone and is read-only.
class PostgresReader final : public Session, public Reader {
 public:
  PostgresReader(const std::string& url, const Options& options) : Session(url, options) {
    is_standby_ = query("select pg_is_in_recovery()").rows[0][0] == "true";
    begin();
  }

  void renew() override {
    is_begun_ = false;
    execute("rollback");
    begin();
  }

  const std::optional<Published>& published() const override { return published_; }

  std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                               const RowVisitor& visit) override {
    if (!is_begun_) return Session::for_each(sql, parameters, visit);
    execute("savepoint reading; set transaction read only");
    try {
      auto columns = Session::for_each(sql, parameters, visit);
      execute("release savepoint reading");
      return columns;
    } catch (...) {
      if (is_alive()) execute("rollback to savepoint reading; release savepoint reading");
      throw;
    }
  }

 private:
  void begin() {
    execute(
        fmt::format("begin isolation level repeatable read{}", is_standby_ ? "" : ", read write"));
    is_begun_ = true;
    published_ = read_published(*this);
  }

  bool is_standby_ = false;
  bool is_begun_ = false;
  std::optional<Published> published_;
};

class RunWatch final : public PublicationWatch {
 public:
  RunWatch(std::string url, const Options& options) : url_(std::move(url)), options_(options) {
    seen_ = latest();
  }

  bool changed() override {
    std::string current = latest();
    const bool has_changed = current != seen_;
    seen_ = std::move(current);
    return has_changed;
  }

 private:
  std::string latest() {
    if (!session_ || !session_->is_alive()) session_ = std::make_unique<Session>(url_, options_);
    const auto published = read_published(*session_);
    return published ? published->run_id : std::string();
  }

  std::string url_;
  Options options_;
  std::unique_ptr<Session> session_;
  std::string seen_;
};

class PostgresWriter final : public Session, public Writer {
 public:
  PostgresWriter(const std::string& url, const Options& options)
      : Session(url, options), key_(lock_key(options.schema)) {
    if (query(fmt::format("select pg_try_advisory_lock({})", key_)).rows[0][0] != "true") {
      const auto marks = running(*this);
      throw WarehouseBusy(fmt::format(
          "another run holds the warehouse{}; nothing was changed. Wait until it has ended",
          marks.empty() ? ""
                        : fmt::format(" ({}, {}, since {})", marks.back().command,
                                      marks.back().run_id, to_string(marks.back().started_at))));
    }
    is_held_ = true;
    suit_to_runs();
    create_schema(options.schema);
    abandoned_ = running(*this);
  }

  ~PostgresWriter() override { release(); }

  void begin() override {
    execute("begin");
    // Decided here, because a rebuild from the lake empties tables that readers go on reading.
    is_first_load_ =
        has_table("loaded_files") && query("select 1 from loaded_files limit 1").rows.empty();
  }
  void commit() override {
    // The server would roll back and call it done.
    if (transaction_status() == PQTRANS_INERROR) {
      throw Error("a statement of the transaction has failed: it cannot be committed");
    }
    for (const std::string& statement : indexes_taken_off_) execute(statement);
    indexes_taken_off_.clear();
    execute("commit");
  }
  void rollback() override {
    indexes_taken_off_.clear();
    execute("rollback");
  }

  void load(std::string_view table, const std::vector<std::filesystem::path>& files) override {
    if (is_first_load_) take_indexes_off();
    is_first_load_ = false;
    Session::load(table, files);
  }

  void publish() override { refresh_statistics(); }

  const std::vector<RunMark>& abandoned_runs() const override { return abandoned_; }

 private:
  SqlFolders sql_folders() const override { return kSqlFolders; }
  void table_made(const TableSpec& table) override { create_indexes(*this, table); }

  // The server's defaults are made for many small statements and for disks that seek: a run has few
  // large ones, and the rows that a delivery changes lie together. What a role or a server has set
  // otherwise stays.
  void suit_to_runs() {
    query(
        "select set_config('random_page_cost', '1.1', false) "
        "where current_setting('random_page_cost') = '4'");
    for (const auto& [setting, least] :
         {std::pair{"work_mem", "64MB"}, std::pair{"maintenance_work_mem", "256MB"}}) {
      query(
          "select set_config($1, $2, false) "
          "where pg_size_bytes(current_setting($1)) < pg_size_bytes($2)",
          {setting, least});
    }
  }

  // "create schema if not exists" would need the right to create one even where it is there.
  void create_schema(const std::string& schema) {
    if (query("select count(*) from pg_namespace where nspname = $1", {schema}).number() == 0) {
      execute("create schema " + quote_name(schema));
    }
  }

  // The first load builds the keys and indexes of its tables when they are full, which takes a
  // fraction of the time. Tables that somebody is reading keep theirs: a run waits for no reader.
  void take_indexes_off() {
    const Answer found = query(
        "select case when k.oid is null then format('drop index %s', i.indexrelid::regclass) "
        "else format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname) end, "
        "case when k.oid is null then pg_get_indexdef(i.indexrelid) "
        "else format('alter table %s add constraint %I %s', i.indrelid::regclass, k.conname, "
        "pg_get_constraintdef(k.oid)) end "
        "from pg_index i "
        "join pg_class t on t.oid = i.indrelid "
        "left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid "
        "where t.relnamespace = (select oid from pg_namespace where nspname = current_schema()) "
        "and t.relname ~ '^(stg|dim|fct|int)_' order by t.relname, i.indexrelid");
    execute("savepoint with_indexes; set local lock_timeout = '100ms'");
    try {
      for (const Row& row : found.rows) execute(*row[0]);
      execute("release savepoint with_indexes; set local lock_timeout = default");
      for (const Row& row : found.rows) indexes_taken_off_.push_back(*row[1]);
    } catch (const Error& error) {
      if (!is_alive()) throw;
      log::info(fmt::format("the first load keeps its indexes: {}", error.what()));
      execute("rollback to savepoint with_indexes; release savepoint with_indexes");
    }
  }

  // The planner shall know tables that are new to it or have grown by half before the server gets
  // round to it. Keys that were built after a load count a table's pages without looking into it.
  void refresh_statistics() {
    try {
      const Answer grown = query(
          "select c.relname from pg_class c "
          "where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) "
          "and c.relkind = 'r' and pg_relation_size(c.oid) > 0 "
          "and (pg_relation_size(c.oid) > c.relpages * 1.5 * "
          "current_setting('block_size')::integer "
          "or not exists (select 1 from pg_stats s "
          "where s.schemaname = current_schema() and s.tablename = c.relname))");
      for (const Row& row : grown.rows) execute("analyze " + quote_name(*row[0]));
    } catch (const Error& error) {
      log::warning(
          fmt::format("the planner's statistics could not be refreshed: {}", error.what()));
    }
  }

  void release() {
    if (!is_held_) return;
    is_held_ = false;
    try {
      // Only once this is answered can the next run have the lock for sure.
      if (is_alive() && transaction_status() != PQTRANS_IDLE) rollback();
      if (is_alive()) execute(fmt::format("select pg_advisory_unlock({})", key_));
    } catch (const Error& error) {
      log::info(
          fmt::format("the warehouse was let go of by closing the connection: {}", error.what()));
    }
    close();
  }

  std::string key_;
  bool is_held_ = false;
  bool is_first_load_ = false;
  std::vector<RunMark> abandoned_;
  std::vector<std::string> indexes_taken_off_;  // statements that bring them back
};

}  // namespace

PostgresWarehouse::PostgresWarehouse(std::string url, const Options& options)
    : url_(std::move(url)), options_(options) {
  expect_valid_url(url_);
  if (options.schema.empty() || options.schema.size() > kNameBytesMax ||
      options.schema.starts_with("pg_")) {
    throw UsageError(fmt::format(
        "warehouse_schema: '{}' is no name for a schema; it has 1 to {} bytes and does not begin "
        "with pg_",
        options.schema, kNameBytesMax));
  }
}

std::string PostgresWarehouse::description() const {
  return fmt::format("{} (schema {})", without_password(url_), options_.schema);
}

SqlFolders PostgresWarehouse::sql_folders() const { return kSqlFolders; }

bool PostgresWarehouse::exists() const {
  Session session(url_, options_);
  return session.has_table("schema_migrations");
}

std::unique_ptr<Reader> PostgresWarehouse::reader() {
  auto reader = std::make_unique<PostgresReader>(url_, options_);
  if (!reader->has_table("schema_migrations")) {
    throw Error(
        fmt::format("there is no warehouse at {} yet, or this role may not read it; publish one "
                    "with cartograph "
                    "run, or see docs/postgresql.md for the rights of a reader",
                    description()));
  }
  return reader;
}

std::unique_ptr<PublicationWatch> PostgresWarehouse::watch() {
  return std::make_unique<RunWatch>(url_, options_);
}

std::unique_ptr<Writer> PostgresWarehouse::writer(const RunMark&) {
  return std::make_unique<PostgresWriter>(url_, options_);
}

}  // namespace cartograph::warehouse::postgres
