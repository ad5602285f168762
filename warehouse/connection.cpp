// What engines share.
#include "warehouse/connection.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace cartograph::warehouse {

namespace {

// Shortest of the value's own precision.
template <class Real>
std::string shortest(Real value) {
  std::string text = fmt::format("{}", value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string real_text(double value) { return shortest(value); }
std::string real_text(float value) { return shortest(value); }

std::int64_t Answer::number() const {
  if (rows.empty() || rows[0].empty() || !rows[0][0]) return 0;
  std::int64_t value = 0;
  const std::string& text = *rows[0][0];
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// In one go: on a server, tables cost little but the way there.
void Connection::make_work_tables(const std::vector<WorkTable>& tables) {
  std::string sql;
  for (const WorkTable& table : tables) {
    sql += fmt::format("drop table if exists {0}; create temp table {0} ({1});\n", table.name,
                       table.columns);
  }
  execute(sql);
}

Answer Connection::query(std::string_view sql, const Parameters& parameters) {
  Answer answer;
  answer.columns =
      for_each(sql, parameters, [&](const auto&, const Row& row) { answer.rows.push_back(row); });
  return answer;
}

bool Connection::has_table(std::string_view name) {
  return query(
             "select count(*) from information_schema.tables "
             "where table_schema = current_schema() and table_name = $1",
             {std::string(name)})
             .number() > 0;
}

std::string quote_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace cartograph::warehouse
