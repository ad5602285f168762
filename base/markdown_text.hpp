// Text as Markdown's tables take it. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cartograph {

/// `text` as a cell of a table: a bar in it does not end the cell.
inline std::string markdown_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

}  // namespace cartograph
