// What is marked are common table expressions in front of the check, which hide the tables that a
// run fills: no table is made.
#include "quality/one_subject.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::quality {
namespace {

constexpr std::array<std::string_view, 3> kMarks = {"quality/one_order.sql", "quality/one_day.sql",
                                                    "quality/one_sku.sql"};

std::string_view marks_of(Subject subject) {
  return embedded_text(kMarks[static_cast<std::size_t>(subject)]);
}

// The tables that the head of `marks` names.
bool is_of_table(std::string_view marks, const std::string& table) {
  constexpr std::string_view kTables = "-- tables: ";
  const std::size_t from = marks.find(kTables) + kTables.size() - 1;
  const std::string line(marks.substr(from, marks.find('\n', from) - from));
  return (line + ",").find(" " + table + ",") != std::string::npos;
}

enum class Reads { marked, all, other };

// Whether a check looks at what is marked here, at everything, or at something else.
Reads reads_of(std::string_view marks, std::string_view sql) {
  constexpr std::string_view kChanged = "changed_";
  Reads reads = Reads::all;
  for (std::size_t at = sql.find(kChanged); at != std::string_view::npos;
       at = sql.find(kChanged, at + 1)) {
    const std::size_t end = sql.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
    const std::string made = fmt::format("\n{} as (", sql.substr(at, end - at));
    const std::string first = fmt::format("with {} as (", sql.substr(at, end - at));
    if (marks.find(made) == std::string_view::npos && marks.find(first) == std::string_view::npos) {
      return Reads::other;
    }
    reads = Reads::marked;
  }
  return reads;
}

}  // namespace

std::vector<Result> run_checks_on(warehouse::Connection& connection, Subject subject,
                                  const std::string& key) {
  // Keys of checks begin with what they are of, or end with it: "2025-03-01", "MUG-01 2025-03-01",
  // "MUG-01@2025-02-01T00:00:00Z", "return_rate of 2025-03-01".
  constexpr std::string_view kOfKey =
      "strpos(concat(' ', replace(f.failing_key, '@', ' '), ' '), "
      "concat(' ', replace((select key from marked), '@', ' '), ' ')) > 0";
  constexpr std::string_view kAny = "true";
  const std::string_view marks = marks_of(subject);
  std::vector<Result> results;
  for (const Check& check : checks()) {
    const Reads reads = reads_of(marks, check.sql);
    if (check.severity != Severity::error || !is_of_table(marks, check.table) ||
        reads == Reads::other) {
      continue;
    }
    Result result{&check, check.severity, 0, "as expected", "", {}};
    try {
      connection.for_each(fmt::format("{}\nselect f.failing_key, f.observed from ({}) f where {} "
                                      "order by f.failing_key",
                                      marks, check.sql, reads == Reads::all ? kOfKey : kAny),
                          {key}, [&](const auto&, const warehouse::Row& row) {
                            if (result.failing_rows++ == 0) {
                              result.detail = row[0].value_or("null");
                              result.observed = row[1].value_or("null");
                            }
                          });
    } catch (const TransientError&) {
      throw;
    } catch (const Error& error) {
      throw Error(fmt::format("the check {} could not be run: {}", check.name, error.what()));
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace cartograph::quality
