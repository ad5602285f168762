// A semicolon within a comment, a string or a quoted name ends nothing.
#include "warehouse/sql_text.hpp"

namespace cartograph::warehouse {

std::size_t token_end(std::string_view sql, std::size_t at) {
  const auto after = [&](std::string_view closing, std::size_t from) {
    const std::size_t found = sql.find(closing, from);
    return found == std::string_view::npos ? sql.size() : found + closing.size();
  };
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) return after("\n", at);
  if (rest.starts_with("/*")) return after("*/", at);
  if (rest.starts_with("$$")) return after("$$", at + 2);
  if (rest.starts_with("'")) return after("'", at + 1);
  if (rest.starts_with("\"")) return after("\"", at + 1);
  return at;
}

std::vector<std::string_view> statements(std::string_view sql) {
  std::vector<std::string_view> list;
  std::size_t begin = 0;
  bool is_empty = true;
  const auto end_at = [&](std::size_t end) {
    if (!is_empty) list.push_back(sql.substr(begin, end - begin));
    begin = end + 1;
    is_empty = true;
  };
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end = token_end(sql, at);
    const bool is_comment = end > at && (sql[at] == '-' || sql[at] == '/');
    if (end == at && sql[at] == ';') {
      end_at(at);
    } else if (!is_comment && sql[at] != ' ' && sql[at] != '\n') {
      is_empty = false;
    }
    at = end > at ? end : at + 1;
  }
  end_at(sql.size());
  return list;
}

void execute_each(Connection& connection, std::string_view sql) {
  for (const std::string_view statement : statements(sql)) connection.execute(statement);
}

}  // namespace cartograph::warehouse
