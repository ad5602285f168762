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
  Severity severity;  // as declared, but for the reject rate when rejects are accepted
  std::int64_t failing_rows = 0;
  std::string observed;
  std::string detail;  // the first failing keys

  bool passed() const { return failing_rows == 0; }
};

struct Settings {
  double max_reject_rate = 0.10;
  bool accept_rejects = false;
};

/// Whether all that checks read of the warehouse is read in the time that a run takes anyway. Then
/// a run checks everything, not only what it changed.
bool is_small(warehouse::Connection& connection);

/// Fills the changed_* tables with everything, so that checks leave nothing out.
void mark_everything(warehouse::Connection& connection);

/// Runs all checks; beside tables they read run_scope, staged_counts and the changed_* tables.
/// Throws Error naming a check that cannot be run.
std::vector<Result> run_checks(warehouse::Connection& connection, const Settings& settings);

/// Whether anything forbids publishing.
bool any_error(const std::vector<Result>& results);

/// "error" or "warning".
std::string_view name(Severity severity);

}  // namespace cartograph::quality
