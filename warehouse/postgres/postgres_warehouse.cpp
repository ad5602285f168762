// What a schema has to be called, and what is opened on it.
#include "warehouse/postgres/postgres_warehouse.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "warehouse/postgres/cluster.hpp"
#include "warehouse/postgres/connection_url.hpp"
#include "warehouse/postgres/distribution.hpp"
#include "warehouse/postgres/reader.hpp"
#include "warehouse/postgres/run_watch.hpp"
#include "warehouse/postgres/session.hpp"
#include "warehouse/postgres/writer.hpp"

namespace cartograph::warehouse::postgres {
namespace {

constexpr std::size_t kNameBytesMax = 63;

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

std::vector<std::string> PostgresWarehouse::pending_beside() {
  std::vector<std::string> pending;
  Session session(url_, options_);
  if (worker_count(session) == 0) return pending;
  for (const Distribution& table : missing_distributions(session)) pending.push_back(table.text());
  return pending;
}

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

std::unique_ptr<Writer> PostgresWarehouse::writer(const std::stop_token& stop) {
  return std::make_unique<PostgresWriter>(url_, options_, stop);
}

}  // namespace cartograph::warehouse::postgres
