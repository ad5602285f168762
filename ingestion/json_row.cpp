// A recursive grammar read without recursion: nested values under unknown keys may be of any depth.
#include "ingestion/json_row.hpp"

#include <cstring>

namespace cartograph::ingestion {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads the four digits of \uXXXX; -1 where there are none.
int read_code_unit(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

void append_utf8(char*& out, unsigned point) {
  const auto put = [&](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

// Undoes the escapes of a string's inside; false where one is wrong or a surrogate stands alone.
bool unescape(std::string_view inside, TextArena& arena, std::string_view& value) {
  char* const begin = arena.allocate(inside.size());  // an escape is never shorter than its text
  char* out = begin;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      *out++ = inside[i];
      continue;
    }
    ++i;  // the scan for the closing quote has seen to it that something follows
    switch (inside[i]) {
      case '"': *out++ = '"'; break;
      case '\\': *out++ = '\\'; break;
      case '/': *out++ = '/'; break;
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': {
        const int unit = read_code_unit(inside, i + 1);
        if (unit < 0) return false;
        i += 4;
        auto point = static_cast<unsigned>(unit);
        if (unit >= 0xDC00 && unit < 0xE000) return false;
        if (unit >= 0xD800 && unit < 0xDC00) {
          if (i + 2 >= inside.size() || inside[i + 1] != '\\' || inside[i + 2] != 'u') return false;
          const int low = read_code_unit(inside, i + 3);
          if (low < 0xDC00 || low >= 0xE000) return false;
          point = 0x10000 + ((point - 0xD800) << 10) + static_cast<unsigned>(low - 0xDC00);
          i += 6;
        }
        append_utf8(out, point);
        break;
      }
      default: return false;
    }
  }
  value = {begin, static_cast<std::size_t>(out - begin)};
  return true;
}

// `text` starts at the opening quote.
bool parse_string(std::string_view& text, TextArena& arena, std::string_view& value) {
  bool escaped = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"') {
      value = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return !escaped || unescape(value, arena, value);
    }
    if (c < 0x20) return false;
    if (c == '\\') {
      escaped = true;
      ++i;
    }
  }
  return false;
}

bool parse_number(std::string_view& text, std::string_view& value) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < text.size() && contracts::is_digit(text[i])) ++i;
    return i - first;
  };
  if (text[i] == '-') ++i;
  if (i < text.size() && text[i] == '0') {
    ++i;
  } else if (digits() == 0) {
    return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  value = text.substr(0, i);
  text.remove_prefix(i);
  return true;
}

// `text` starts at something that opens no object and no array.
bool parse_scalar(std::string_view& text, TextArena& arena, std::string_view& value) {
  if (text.front() == '"') return parse_string(text, arena, value);
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text.starts_with(word)) {
      value = word == "null" ? std::string_view() : text.substr(0, word.size());
      text.remove_prefix(word.size());
      return true;
    }
  }
  return parse_number(text, value);
}

bool take(std::string_view& text, char wanted) {
  skip_json_space(text);
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool parse_key(std::string_view& text, TextArena& arena, std::string_view& key) {
  skip_json_space(text);
  return !text.empty() && text.front() == '"' && parse_string(text, arena, key) && take(text, ':');
}

// Reads over one value of any depth; `brackets` is room for the open ones.
bool skip_value(std::string_view& text, TextArena& arena, std::string& brackets) {
  brackets.clear();
  std::string_view ignored;
  while (true) {
    skip_json_space(text);
    if (text.empty()) return false;
    if (text.front() == '{' || text.front() == '[') {
      const char open = text.front();
      text.remove_prefix(1);
      if (!take(text, open == '{' ? '}' : ']')) {
        brackets += open;
        if (open == '{' && !parse_key(text, arena, ignored)) return false;
        continue;
      }
    } else if (!parse_scalar(text, arena, ignored)) {
      return false;
    }
    while (!brackets.empty() && take(text, brackets.back() == '{' ? '}' : ']')) {
      brackets.pop_back();
    }
    if (brackets.empty()) return true;
    if (!take(text, ',')) return false;
    if (brackets.back() == '{' && !parse_key(text, arena, ignored)) return false;
  }
}

}  // namespace

bool open_json_object(std::string_view& text, TextArena& arena, std::string_view& key) {
  std::string_view rest = text;
  if (!take(rest, '{') || !parse_key(rest, arena, key)) return false;
  text = rest;
  return true;
}

void skip_json_space(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' ||
                           text.front() == '\r')) {
    text.remove_prefix(1);
  }
}

bool JsonRowParser::parse_member(std::string_view& text, TextArena& arena) {
  std::string_view key;
  if (!parse_key(text, arena, key)) return false;
  skip_json_space(text);
  if (text.empty()) return false;
  const auto field = names_.find(key);
  if (!field) unknown_keys_.emplace_back(key);
  const bool nested = text.front() == '{' || text.front() == '[';
  std::string_view value;
  if (nested ? !skip_value(text, arena, brackets_) : !parse_scalar(text, arena, value)) {
    return false;
  }
  if (field) {
    values_[*field] = value;
    nested_[*field] = nested;
  }
  return true;
}

JsonOutcome JsonRowParser::parse(std::string_view& text, TextArena& arena) {
  skip_json_space(text);
  if (text.empty()) return JsonOutcome::invalid;
  if (text.front() != '{') {
    return skip_value(text, arena, brackets_) ? JsonOutcome::not_an_object : JsonOutcome::invalid;
  }
  text.remove_prefix(1);
  std::fill(values_.begin(), values_.end(), std::string_view());
  std::fill(nested_.begin(), nested_.end(), 0);
  unknown_keys_.clear();
  if (!take(text, '}')) {
    do {
      if (!parse_member(text, arena)) return JsonOutcome::invalid;
    } while (take(text, ','));
    if (!take(text, '}')) return JsonOutcome::invalid;
  }
  for (const char nested : nested_) {
    if (nested) return JsonOutcome::not_an_object;
  }
  return JsonOutcome::row;
}

}  // namespace cartograph::ingestion
