// The door to an engine. Everything above speaks SQL in the common ground of DuckDB and PostgreSQL
// through these three classes; what differs between engines is behind them.
//
// A connection serves one thread at a time, but for interrupt() and resume(). All errors are
// cartograph::Error with the engine's own words; TransientError where trying again may help.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "warehouse/schema.hpp"

namespace cartograph::warehouse {

/// What a result's column holds, as far as showing it needs to know.
enum class CellType { text, boolean, integer, decimal, real, date, timestamp };

/// A value in the one text form that every command, file and answer uses: numbers plain, decimals
/// with all places of their type, reals shortest that reads back the same (and never without a
/// point), dates "2025-03-01", timestamps "2025-03-01T10:00:00.000000Z", booleans true/false.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

struct Column {
  std::string name;
  CellType type;
};

struct Answer {
  std::vector<Column> columns;
  std::vector<Row> rows;

  /// The first cell of the first row as a number; 0 where there is none or it is null.
  std::int64_t number() const;
};

/// Values for $1, $2, … as text; the SQL casts where the engine cannot know the type.
using Parameters = std::vector<Cell>;

/// Called with a result's columns and one row of it, which is reused.
using RowVisitor = std::function<void(const std::vector<Column>& columns, const Row& row)>;

class Connection {
 public:
  virtual ~Connection() = default;

  /// Runs one or more statements; returns how many rows their INSERTs wrote.
  virtual std::int64_t execute(std::string_view sql) = 0;
  /// Runs one statement and gives its rows one by one; returns the columns.
  virtual std::vector<Column> for_each(std::string_view sql, const Parameters& parameters,
                                       const RowVisitor& visit) = 0;
  /// Appends the rows of lake files (Parquet with the table's column names) to `table`.
  virtual void load(std::string_view table, const std::vector<std::filesystem::path>& files) = 0;

  /// Cancels the statement that is running: it, and every later one until resume(), throws Stopped;
  /// one that ends nevertheless has taken place. From any thread, as long as the connection lives.
  virtual void interrupt() = 0;
  /// Lets statements run again; none of them meets an earlier interrupt(). From any thread.
  virtual void resume() = 0;

  /// All rows at once, for answers that are small by nature.
  Answer query(std::string_view sql, const Parameters& parameters = {});
  /// Whether there is a table, or view, of this name.
  bool has_table(std::string_view name);
};

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

/// Who holds the warehouse.
struct RunMark {
  std::string run_id;
  std::string command;
  Instant started_at;
};

/// An engine's own SQL files, below those that all share: the names of folders, in order.
using SqlFolders = std::vector<std::string_view>;

/// The only connection that changes anything. Readers see nothing of it before publish(), or on
/// PostgreSQL before commit().
/// Destroyed without publish(), it leaves the published state as it was.
class Writer : public virtual Connection {
 public:
  /// Brings the schema up to date: makes missing tables of `spec` and columns that they have
  /// gained, then applies the migrations that are missing, each in a transaction of its own.
  /// Returns the names of those, in order. To be called outside of a transaction.
  std::vector<std::string> prepare(const SchemaSpec& spec);
  /// Makes the functions that models call and the engine lacks, in the place of those that are
  /// there; within a transaction it is part of it. Throws UsageError for an unknown time zone.
  void create_functions(const FunctionSettings& settings);

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

  /// Makes all that was committed visible to readers that connect from now on. Where it throws,
  /// they see the state before. Nothing is executed afterwards; other writers are kept out until
  /// this one is destroyed.
  virtual void publish() = 0;

  /// The runs that ended without a word (killed, or a crash), oldest first. They are told again
  /// until a writer has published, which should have put them into the run log.
  virtual const std::vector<RunMark>& abandoned_runs() const = 0;

 private:
  virtual SqlFolders sql_folders() const = 0;
  /// Called by prepare() for each table of the spec: for what an engine adds to it.
  virtual void table_made(const TableSpec&) {}
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
  /// Takes the warehouse for one run. Throws WarehouseBusy at once where another has it.
  virtual std::unique_ptr<Writer> writer(const RunMark& mark) = 0;

  /// The names of the migrations that Writer::prepare would apply, by looking only: all of them
  /// where there is no warehouse yet.
  std::vector<std::string> pending();

 private:
  virtual SqlFolders sql_folders() const = 0;
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

/// The text of a real number's cell.
std::string real_text(double value);
std::string real_text(float value);

/// `text` as an SQL string literal.
std::string quote_literal(std::string_view text);

}  // namespace cartograph::warehouse
