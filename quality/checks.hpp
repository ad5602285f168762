// The checks on the state that is about to be published: declared in quality/checks.sql, each a
// SELECT of the rows that offend, so that none means passed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::quality {

enum class Severity { error, warning };

struct Check {
  std::string name;
  std::string table;
  Severity severity;
  std::string expects;  // in words
  std::string sql;      // gives failing_key and observed
};

/// All checks, in the order in which they are declared. Throws Error where a declaration is wrong.
const std::vector<Check>& checks();

struct Result {
  const Check* check;
  Severity severity;  // as declared, but for the reject rate where rejects are accepted
  std::int64_t failing_rows = 0;
  std::string observed;
  std::string detail;  // the first failing keys

  struct Finding {
    std::string key;
    std::string observed;
  };
  std::vector<Finding> findings;  // those keys, each with what was seen there

  bool passed() const { return failing_rows == 0; }
};

/// Which files above the limits are published all the same: none, those of which rows could be
/// read, or also those that were rejected whole.
enum class Accept { nothing, rows, whole };

struct Settings {
  double max_reject_rate = 0.10;
  std::int64_t tolerated_rejects = 4;  // of one file, if they are at most half of its rows
  Accept accept = Accept::nothing;
};

/// What a run knows of a file that it has read, beside the file's row in loaded_files.
struct ReadFile {
  std::string source_file;
  bool is_rejected_whole = false;
  std::int64_t unended_line = 0;  // the last line, where it does not end in a line end; else 0
};

/// Whether all that checks read of the warehouse is read in the time that a run takes anyway. Then
/// a run checks everything, not only what it changed.
bool is_small(warehouse::Connection& connection);

/// Fills the changed_* tables with everything, so that checks leave nothing out.
void mark_everything(warehouse::Connection& connection);

/// Which rows of the facts about orders are looked at: those of changed orders, or all of them,
/// which spares finding the changed ones.
enum class Scope { changed, everything };

/// The scope of a run's checks, as run_scope and the changed_* tables have it. Of a small warehouse
/// it marks everything.
Scope scope_of_run(warehouse::Connection& connection);

/// Runs one check.
Result run_check(warehouse::Connection& connection, const Check& check, Scope scope);

/// Runs all checks; beside tables they read run_scope, staged_counts, repeated_keys, rewritten_ids
/// and the changed_* tables, and what is known of `files`. Throws Error naming a check that cannot
/// be run.
std::vector<Result> run_checks(warehouse::Connection& connection, const Settings& settings,
                               Scope scope, const std::vector<ReadFile>& files = {});

/// Whether anything forbids publishing.
bool any_error(const std::vector<Result>& results);

/// "error" or "warning".
std::string_view name(Severity severity);

}  // namespace cartograph::quality
