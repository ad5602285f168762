// SQL in the common ground of DuckDB and PostgreSQL, and its answers, over one connection to an
// engine. A connection serves one thread at a time, but for interrupt() and resume(). All errors
// are cartograph::Error with the engine's own words; TransientError where trying again may help.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// A table in which the models of a run hand rows on. Nobody else sees what is in it, and it means
/// nothing once the run has ended.
struct WorkTable {
  std::string_view name;
  std::string_view columns;    // as "create table" has them between the parentheses
  std::string_view spread_by;  // the column by which a cluster spreads it; empty: it does not
};

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
  /// Lets the connection have these tables, all of them empty: temporary ones, where an engine has
  /// nothing better. To be called outside of a transaction by whoever writes, anywhere by whoever
  /// reads.
  virtual void make_work_tables(const std::vector<WorkTable>& tables);

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

/// The text of a real number's cell.
std::string real_text(double value);
std::string real_text(float value);

/// `text` as an SQL string literal.
std::string quote_literal(std::string_view text);

}  // namespace cartograph::warehouse
