// Line by line: a drawn place takes two of them.
#include "warehouse/engine_words.hpp"

#include <algorithm>

namespace cartograph::warehouse {
namespace {

constexpr std::string_view kSpaces = " \t\r";

bool is_place(std::string_view line) {
  constexpr std::string_view kLine = "LINE ";
  if (!line.starts_with(kLine)) return false;
  const std::size_t end = line.find_first_not_of("0123456789", kLine.size());
  return end != kLine.size() && end != std::string_view::npos && line[end] == ':';
}

bool is_caret(std::string_view line) {
  return line.find('^') != std::string_view::npos &&
         line.find_first_not_of(" \t\r^~") == std::string_view::npos;
}

}  // namespace

std::string one_line(std::string_view words) {
  std::string text;
  bool is_below_place = false;
  while (!words.empty()) {
    std::string_view line = words.substr(0, words.find('\n'));
    words.remove_prefix(std::min(words.size(), line.size() + 1));
    const bool is_drawn = is_place(line) || (is_below_place && is_caret(line));
    is_below_place = is_place(line);
    if (is_drawn) continue;
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(kSpaces)));
    line = line.substr(0, line.find_last_not_of(kSpaces) + 1);
    if (line.empty()) continue;
    if (!text.empty()) text += ' ';
    text += line;
  }
  return text;
}

}  // namespace cartograph::warehouse
