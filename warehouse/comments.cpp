// One question tells what differs: a run whose comments are all there writes nothing.
#include "warehouse/comments.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::warehouse {

void write_comments(Connection& connection, std::string_view stored_sql,
                    const std::vector<Comment>& wanted) {
  if (wanted.empty()) return;
  std::map<std::pair<std::string, std::string>, std::string_view> texts;
  for (const Comment& comment : wanted) texts[{comment.table, comment.column}] = comment.text;
  std::string statements;
  connection.for_each(stored_sql, {}, [&](const auto&, const Row& row) {
    const auto& [table, is_view, column, stored] = std::tie(row[0], row[1], row[2], row[3]);
    const auto found = texts.find({*table, column.value_or("")});
    if (found == texts.end() || stored.value_or("") == found->second) return;
    statements +=
        fmt::format("comment on {} {}{}{} is {};\n",
                    column               ? "column"
                    : *is_view == "true" ? "view"
                                         : "table",
                    *table, column ? "." : "", column.value_or(""), quote_literal(found->second));
  });
  if (statements.empty()) return;
  try {
    connection.execute(statements);
  } catch (const Stopped&) {
    throw;
  } catch (const TransientError&) {
    throw;
  } catch (const Error& error) {
    // Of a table that is not this role's. Nothing computes with comments.
    log::warning(fmt::format("the comments of tables were not written: {}", error.what()));
  }
}

}  // namespace cartograph::warehouse
