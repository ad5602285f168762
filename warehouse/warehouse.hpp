// The door to an engine: who reads what is published, who publishes, and how both are opened. All
// speak SQL through warehouse/connection.hpp; what differs between engines is behind them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "warehouse/connection.hpp"
#include "warehouse/schema.hpp"

namespace cartograph::warehouse {

/// The run whose state a reader sees. `as_of` is the day up to which its figures go, as the rules
/// define it; nothing without a sale.
struct Published {
  std::string run_id;
  std::optional<Day> as_of;
  Instant published_at;
};

/// A read-only view of one published state, undisturbed by writers: the latest one when it was
/// made, until renew(). Where it throws TransientError, what was read is gone, also until renew().
class Reader : public virtual Connection {
 public:
  /// What it reads; nothing where no run has published yet and only the schema is there.
  virtual const std::optional<Published>& published() const = 0;
  /// Lets go of that state; what is asked next, published() included, sees the latest one then. One
  /// that is kept is renewed when it has answered: a server keeps what is replaced while it reads.
  virtual void renew() = 0;
};

/// Notices publications at little cost: made to be asked several times a second. One thread.
class PublicationWatch {
 public:
  virtual ~PublicationWatch() = default;
  /// Whether something was published since the last call, or since it was made; may say so once too
  /// often. Throws TransientError while the warehouse cannot be reached; asked again later it goes
  /// on, and what was published meanwhile counts.
  virtual bool changed() = 0;
};

/// An engine's own SQL files, below those that all share: the names of folders, in order.
using SqlFolders = std::vector<std::string_view>;

/// The only connection that changes anything. Readers see nothing of it before publish(), or on
/// PostgreSQL before commit().
/// Destroyed without publish(), it leaves the published state as it was.
class Writer : public virtual Connection {
 public:
  /// Brings the schema up to date: makes missing tables of `spec` and columns that they have
  /// gained, then applies the migrations that are missing, each in a transaction of its own, and
  /// writes the comments that differ.
  /// Returns the names of those, in order, and what else the engine has done. To be called outside
  /// of a transaction.
  std::vector<std::string> prepare(const SchemaSpec& spec);
  /// Makes the functions that models call and the engine lacks, where others are there; within a
  /// transaction it is part of it, and comes first. Throws UsageError for an unknown time zone.
  void create_functions(const FunctionSettings& settings);

  virtual void begin() = 0;
  /// Where it is interrupted, it is not known whether it has taken place.
  virtual void commit() = 0;
  virtual void rollback() = 0;

  /// Makes all that was committed visible to readers that connect from now on. Where it throws,
  /// they see the state before. Nothing is executed afterwards; other writers are kept out until
  /// this one is destroyed.
  virtual void publish() = 0;

 private:
  virtual SqlFolders sql_folders() const = 0;
  /// Called by prepare() for each table of the spec: for what an engine adds to it.
  virtual void table_made(const TableSpec&) {}
  /// Called by prepare() when all is there; returns what the engine has still done, in words.
  virtual std::vector<std::string> schema_made(const SchemaSpec&) { return {}; }
  /// What write_comments() asks the engine.
  virtual std::string_view comments_sql() const = 0;
};

class Warehouse {
 public:
  virtual ~Warehouse() = default;

  /// The URL without a password.
  virtual std::string description() const = 0;
  /// Whether anything was ever published.
  virtual bool exists() const = 0;

  /// A read-only view of the published state, undisturbed by writers. Throws Error with the way out
  /// where there is none.
  virtual std::unique_ptr<Reader> reader() = 0;
  virtual std::unique_ptr<PublicationWatch> watch() = 0;
  /// Takes the warehouse for one run. Throws WarehouseBusy at once where another has it, and
  /// Stopped where `stop` comes before there is a writer.
  virtual std::unique_ptr<Writer> writer(const std::stop_token& stop = {}) = 0;

  /// What Writer::prepare would return, by looking only.
  std::vector<std::string> pending();

 private:
  virtual SqlFolders sql_folders() const = 0;
  /// What Writer::schema_made would return.
  virtual std::vector<std::string> pending_beside() { return {}; }
};

struct Options {
  std::filesystem::path data;  // for the embedded engine's default place and spilled intermediates
  int threads = 0;             // 0: as many as the machine has
  std::string schema = "cartograph";  // of a database that has several
  // What the engines in this process may use together, 0 for as much as each likes. A session that
  // opens gets its share of it, three quarters for a writer, a quarter for a reader and for reading
  // and writing Parquet, but never more than three quarters of what others leave. It gives it back
  // when it closes. A server's memory is its own.
  std::uint64_t memory_bytes = 0;
};

/// The warehouse at `url`: "duckdb:PATH" or "postgresql://…". Throws UsageError for any other.
std::unique_ptr<Warehouse> open(const std::string& url, const Options& options);

}  // namespace cartograph::warehouse
