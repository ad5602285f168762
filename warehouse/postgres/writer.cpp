// Readers neither wait for a writer nor make it wait.
#include "warehouse/postgres/writer.hpp"

#include <fmt/format.h>

#include <tuple>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/migrations.hpp"
#include "warehouse/postgres/cluster.hpp"
#include "warehouse/postgres/distribution.hpp"
#include "warehouse/postgres/first_load.hpp"
#include "warehouse/postgres/indexes.hpp"
#include "warehouse/postgres/run_watch.hpp"
#include "warehouse/postgres/spread_work.hpp"
#include "warehouse/postgres/statistics.hpp"

namespace cartograph::warehouse::postgres {
namespace {

// Sets each schema's lock apart from those of other programs in the same database.
std::string lock_key(const std::string& schema) {
  return fmt::format("hashtextextended({}, 0)", quote_literal("cartograph run on " + schema));
}

// The run that is at work, as run_log has it: "run, 2025…, since …".
std::string holder(Connection& connection) {
  if (!connection.has_table("run_log")) return {};
  const Answer running = connection.query(
      "select run_id, command, cast(extract(epoch from started_at) * 1000000 as bigint) "
      "from run_log where status = 'running' order by started_at desc, run_id desc limit 1");
  if (running.rows.empty()) return {};
  const Row& row = running.rows[0];
  return fmt::format(" ({}, {}, since {})", *row[1], *row[0],
                     to_string(Instant{std::stoll(*row[2])}));
}

}  // namespace

PostgresWriter::PostgresWriter(const std::string& url, const Options& options,
                               const std::stop_token& stop, const Nodes& nodes)
    : Session(url, options),
      schema_(options.schema),
      key_(lock_key(options.schema)),
      nodes_(nodes) {
  const std::stop_callback interrupting(stop, [this] { interrupt(); });
  if (query(fmt::format("select pg_try_advisory_lock({})", key_)).rows[0][0] != "true") {
    throw WarehouseBusy(fmt::format(
        "another run holds the warehouse{}; nothing was changed. Wait until it has ended",
        holder(*this)));
  }
  is_held_ = true;
  suit_to_runs();
  workers_ = worker_count(*this);
  if (workers_ > 0) {
    await_commits(*this);
    warn_of_settings(*this);
  }
  create_schema(schema_);
  // Of a first load that was killed.
  if (are_indexes_off(*this)) {
    execute("begin");
    bring_indexes_back(*this);
    execute("commit");
  }
}

PostgresWriter::~PostgresWriter() { release(); }

void PostgresWriter::begin() {
  // What an interruption has left.
  if (transaction_status() != PQTRANS_IDLE) execute("rollback");
  if (is_before_first_load()) {
    take_indexes_off(*this, filled_);
    await_tables();
  }
  execute("begin");
  if (workers_ > 0) suit_workers(*this);
}

// What was done to tables was committed, too, and locks them where that is not done yet. Not before
// every transaction: a failure is noted on the coordinator, whatever has become of the workers.
void PostgresWriter::await_tables() {
  if (workers_ > 0) await_commits(*this);
}

void PostgresWriter::commit() {
  expect_not_interrupted();
  // The server would roll back and call it done.
  if (transaction_status() == PQTRANS_INERROR) {
    throw Error("a statement of the transaction has failed: it cannot be committed");
  }
  if (are_indexes_off(*this)) bring_indexes_back(*this);
  execute(notification_of(schema_));
  execute("commit");
}

void PostgresWriter::rollback() { execute("rollback"); }

void PostgresWriter::table_made(const TableSpec& table) { create_indexes(*this, table); }

std::vector<std::string> PostgresWriter::schema_made(const SchemaSpec& spec) {
  filled_ = spec.filled;
  for (const TableSpec& table : spec.tables) filled_.push_back(table.name);
  std::vector<std::string> made;
  if (workers_ == 0) return made;
  for (const Distribution& table : missing_distributions(*this)) {
    distribute(*this, table, workers_);
    made.push_back(table.text());
  }
  return made;
}

std::string_view PostgresWriter::comments_sql() const {
  return "select c.relname, c.relkind = 'v', a.attname, col_description(c.oid, a.attnum) "
         "from pg_class c join pg_attribute a on a.attrelid = c.oid "
         "where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) "
         "and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped "
         "union all select c.relname, c.relkind = 'v', null, obj_description(c.oid, 'pg_class') "
         "from pg_class c "
         "where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) "
         "and c.relkind in ('r', 'p', 'v')";
}

void PostgresWriter::publish() {
  settle(*this, nodes_);
  refresh_statistics(*this, schema_, workers_ > 0);
}

void PostgresWriter::make_work_tables(const std::vector<WorkTable>& tables) {
  std::vector<WorkTable> temporary = tables;
  if (workers_ > 0) {
    create_schema(work_schema(schema_));
    make_spread_work_tables(*this, schema_, tables, workers_);
    await_tables();
    std::erase_if(temporary, [](const WorkTable& table) { return !table.spread_by.empty(); });
  }
  Connection::make_work_tables(temporary);
}

// The server's defaults are made for many small statements and for disks that seek: a run has few
// large ones, and the rows that a delivery changes lie together. It looks into each table that it
// has filled, for which a quarter of the usual sample tells enough. What a role or a server has set
// otherwise stays.
void PostgresWriter::suit_to_runs() {
  for (const auto& [setting, value, usual] :
       {std::tuple{"random_page_cost", "1.1", "4"}, {"default_statistics_target", "25", "100"}}) {
    query("select set_config($1, $2, false) where current_setting($1) = $3",
          {setting, value, usual});
  }
  for (const auto& [setting, least] :
       {std::pair{"work_mem", "64MB"}, std::pair{"maintenance_work_mem", "256MB"}}) {
    query(
        "select set_config($1, $2, false) "
        "where pg_size_bytes(current_setting($1)) < pg_size_bytes($2)",
        {setting, least});
  }
}

// "create schema if not exists" would need the right to create one even where it is there.
void PostgresWriter::create_schema(const std::string& name) {
  if (query("select count(*) from pg_namespace where nspname = $1", {name}).number() == 0) {
    execute("create schema " + quote_name(name));
  }
}

// Where nothing was ever loaded there is nothing to read.
bool PostgresWriter::is_before_first_load() {
  return has_table("loaded_files") && query("select 1 from loaded_files limit 1").rows.empty() &&
         pending_migrations(*this, kSqlFolders).empty();
}

void PostgresWriter::release() {
  if (!is_held_) return;
  is_held_ = false;
  resume();
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

}  // namespace cartograph::warehouse::postgres
