// Only the first pages of a file are looked at, and the last of an archive.
#include "ingestion/looks_like.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/nearest.hpp"
#include "base/utf8.hpp"
#include "ingestion/csv_reader.hpp"
#include "ingestion/json_row.hpp"

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kPageBytes = 64 * 1024;
constexpr std::size_t kNameCharacters = 60;

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = contracts::ascii_lower(c);
  return folded;
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), text.size()));
  return text;
}

std::string zip_content(std::string_view bytes) {
  const std::string_view first = bytes.substr(0, kPageBytes);
  const std::string_view last = bytes.substr(bytes.size() - std::min(bytes.size(), kPageBytes));
  const auto has = [&](std::string_view name) {
    return first.find(name) != std::string_view::npos || last.find(name) != std::string_view::npos;
  };
  if (has("xl/workbook.xml") || has("xl/worksheets/")) {
    return "an Excel workbook; save the sheet as CSV UTF-8 and land that";
  }
  if (has("opendocument.spreadsheet")) {
    return "a LibreOffice spreadsheet; save the sheet as CSV and land that";
  }
  return "a ZIP archive; unpack it and land what is in it";
}

// By the bytes with which files of other kinds begin.
std::string by_signature(std::string_view bytes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kKinds{{
      {"\xD0\xCF\x11\xE0", "an old Excel workbook; save the sheet as CSV UTF-8 and land that"},
      {"\x1F\x8B", "packed with gzip; let its name end in .gz"},
      {"BZh", "packed with bzip2; unpack it, or pack it with gzip"},
      {"\xFD"
       "7zXZ",
       "packed with xz; unpack it, or pack it with gzip"},
      {"\x28\xB5\x2F\xFD", "packed with zstd; unpack it, or pack it with gzip"},
      {"%PDF", "a PDF; export the data as CSV and land that"},
      {"SQLite format 3", "a SQLite database; export the table as CSV and land that"},
  }};
  if (bytes.starts_with("PK\x03\x04")) return zip_content(bytes);
  for (const auto& [signature, kind] : kKinds) {
    if (bytes.starts_with(signature)) return std::string(kind);
  }
  return {};
}

std::string markup(std::string_view bytes) {
  const std::string text = lower(without_blanks(bytes.substr(0, 4096)));
  if (!text.starts_with('<')) return {};
  if (text.find("<html") != std::string::npos || text.starts_with("<!doctype html") ||
      text.find("<table") != std::string::npos || text.find("<body") != std::string::npos) {
    return "a page of HTML, such as that of an error or a login; look at what the export wrote";
  }
  return text.starts_with("<?xml") ? "XML; export the data as CSV or JSON" : "";
}

// Text in which every other byte is 0.
std::string utf_16_without_mark(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 512);
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0';
  const auto [few, many] = std::minmax(zeros[0], zeros[1]);
  if (many < 4 || many * 5 < head.size() * 2 || few * 10 > many) return {};
  return "UTF-16 without its byte order mark; save it as UTF-8, or with the mark";
}

bool has_only_carriage_returns(std::string_view text) {
  const std::string_view page = text.substr(0, kPageBytes);
  return page.find('\r') != std::string_view::npos && page.find('\n') == std::string_view::npos;
}

// The letters and digits of a name, by which two spellings of it are one.
std::string core(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    const char folded = contracts::ascii_lower(c);
    if ((folded >= 'a' && folded <= 'z') || contracts::is_digit(folded)) letters += folded;
  }
  return letters;
}

bool nearly_fits(std::string_view name, std::string_view column) {
  const std::string a = core(name);
  const std::string b = core(column);
  if (a.empty()) return false;
  constexpr std::size_t kLettersAnEdit = 5;
  return a == b || edits(a, b) <= b.size() / kLettersAnEdit;
}

// As a key of TOML.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  while (!name.empty()) {
    const std::string_view from = name;
    const char32_t character = take_character(name);
    if (is_invisible(character)) {
      text += fmt::format("\\u{:04X}", static_cast<std::uint32_t>(character));
    } else {
      if (character == U'"' || character == U'\\') text += '\\';
      text += from.substr(0, from.size() - name.size());
    }
  }
  return text + '"';
}

struct NearFit {
  std::string_view name;  // in the file
  const contracts::FieldInfo* field;
};

// The names of `header` that are no column's, but nearly that of a column which is missing.
std::vector<NearFit> near_fits(const CsvLayout& layout, const contracts::Feed& feed,
                               contracts::ColumnNames& names,
                               std::vector<const contracts::FieldInfo*>& missing) {
  std::vector<std::string_view> unknown;
  for (const auto& field : feed.fields) missing.push_back(&field);
  for (const std::string_view header_name : layout.header_fields()) {
    const std::string_view name = contracts::trimmed(header_name);
    if (const auto field = names.find(name)) {
      std::erase(missing, &feed.fields[*field]);
    } else {
      unknown.push_back(name);
    }
  }
  std::vector<NearFit> fits;
  std::erase_if(missing, [&](const contracts::FieldInfo* field) {
    const auto found = std::ranges::find_if(
        unknown, [&](std::string_view name) { return nearly_fits(name, field->name); });
    if (found == unknown.end()) return false;
    fits.push_back({*found, field});
    unknown.erase(found);
    return true;
  });
  return fits;
}

// The lines of configuration by which columns that may be empty need not be there.
std::string empty_columns(const contracts::Feed& feed,
                          const std::vector<const contracts::FieldInfo*>& missing) {
  std::string lines;
  for (const auto* field : missing) {
    if (field->required) continue;
    if (lines.empty()) lines = fmt::format("\n    [feeds.{}.defaults]", feed.name);
    lines += fmt::format("\n    {} = \"\"", field->name);
  }
  return lines;
}

// What the configuration can do about names that are not ours, with the lines to write there.
std::string mapping_advice(const CsvLayout& layout, const contracts::Feed& feed,
                           contracts::ColumnNames& names) {
  std::vector<const contracts::FieldInfo*> missing;
  const std::vector<NearFit> fits = near_fits(layout, feed, names, missing);
  std::erase_if(missing, [](const auto* field) { return field->column_may_be_missing; });
  std::string needed;
  for (const auto* field : missing) {
    if (field->required) needed += fmt::format("{}{}", needed.empty() ? "" : ", ", field->name);
  }
  const std::string defaults = empty_columns(feed, missing);
  if (fits.empty()) {
    if (!needed.empty() || defaults.empty()) return {};
    return "a file without columns that may be empty; add them, or say so in the configuration:" +
           defaults;
  }
  std::string told;
  std::string lines = fmt::format("\n    [feeds.{}.columns]", feed.name);
  for (const NearFit& fit : fits) {
    told += fmt::format("{}'{}'", told.empty() ? "" : ", ", visible(fit.name, kNameCharacters));
    lines += fmt::format("\n    {} = \"{}\"", quoted(fit.name), fit.field->name);
  }
  if (!needed.empty()) needed = "\n    and a column, or a default, for " + needed;
  return fmt::format(
      "a file with the shop's own names: {} nearly fit. Rename them, or map them in the "
      "configuration:{}{}{}",
      told, lines, defaults, needed);
}

// The number of the line on which the header seems to be, where that is not the first.
std::optional<std::int64_t> header_below(std::string_view text, const contracts::Feed& feed,
                                         contracts::ColumnNames& names) {
  constexpr std::int64_t kLinesLookedAt = 30;
  const std::size_t first = columns_named(text, names);
  std::string_view rest = text;
  for (std::int64_t line = 2; line <= kLinesLookedAt; ++line) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
    const std::size_t named = columns_named(rest.substr(0, rest.find('\n')), names);
    if (named > first && named * 2 > feed.fields.size()) return line;
  }
  return std::nullopt;
}

// Names in which something cannot be seen.
std::string invisible_names(const CsvLayout& layout) {
  std::string told;
  for (const std::string_view header_name : layout.header_fields()) {
    std::string_view name = contracts::trimmed(header_name);
    const std::string_view whole = name;
    bool hides = false;
    while (!name.empty()) hides = is_invisible(take_character(name)) || hides;
    if (!hides) continue;
    told += fmt::format("{}'{}'", told.empty() ? "" : ", ", visible(whole, kNameCharacters));
  }
  return told;
}

bool is_csv_of(std::string_view text, const contracts::Feed& feed,
               const contracts::FeedMapping* mapping) {
  contracts::ColumnNames names(feed, mapping);
  return columns_named(text.substr(0, kPageBytes), names) * 2 > feed.fields.size();
}

}  // namespace

std::string looks_like_another_file(std::string_view bytes) {
  for (const auto kind : {by_signature, markup, utf_16_without_mark}) {
    std::string found = kind(bytes);
    if (!found.empty()) return found;
  }
  return {};
}

std::string looks_like_csv(std::string_view text, const contracts::Feed& feed,
                           const contracts::FeedMapping* mapping) {
  if (has_only_carriage_returns(text)) {
    return "a file whose lines end in CR alone, as old Macintosh programs write them; save it with "
           "line ends LF or CRLF";
  }
  const std::string_view start = without_blanks(text.substr(0, kPageBytes));
  if (start.starts_with('{') || start.starts_with('[')) {
    return fmt::format("JSON; let its name end in {}", start[0] == '[' ? ".json" : ".jsonl");
  }
  contracts::ColumnNames names(feed, mapping);
  const std::string_view page = text.substr(0, kPageBytes);
  if (const auto line = header_below(page, feed, names)) {
    return fmt::format(
        "a file with something above its header, which is on line {}; take the {} away", *line,
        *line == 2 ? "line above it" : "lines above it");
  }
  const CsvLayout layout(page, names);
  const std::string_view header = layout.header.raw;
  if (!simdjson::validate_utf8(header.data(), header.size())) {
    return "text in another encoding than UTF-8; save it as UTF-8, or, where it is Windows-1252, "
           "set landing_encoding = \"windows-1252\"";
  }
  const std::string hidden = invisible_names(layout);
  const std::string advice = mapping_advice(layout, feed, names);
  if (hidden.empty()) return advice;
  return fmt::format("a file with characters that cannot be seen in its header: {}{}{}", hidden,
                     advice.empty() ? "" : "; ", advice);
}

std::string looks_like_json(std::string_view text, bool lines, const contracts::Feed& feed,
                            const contracts::FeedMapping* mapping) {
  const std::string_view start = without_blanks(text.substr(0, kPageBytes));
  if (lines) {
    if (start.starts_with('[')) return "one JSON array; let its name end in .json";
    return is_csv_of(start, feed, mapping) ? "CSV; let its name end in .csv" : "";
  }
  if (is_csv_of(start, feed, mapping)) return "CSV; let its name end in .csv";
  TextArena arena;
  std::string_view rest = text;
  JsonRowParser parser(feed, mapping);
  if (start.starts_with('{')) {
    std::string_view key;
    std::string_view opened = text;
    const bool is_whole = parser.parse(rest, arena) != JsonOutcome::invalid;
    skip_json_space(rest);
    if (is_whole && rest.starts_with('{')) {
      return "an object a line; let its name end in .jsonl";
    }
    if (is_whole && open_json_object(opened, arena, key)) {
      return fmt::format(
          "an object that begins with '{}'; what holds the rows is called '{}', and "
          "nothing stands beside it",
          visible(key, kNameCharacters), feed.name);
    }
    return {};
  }
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (start.starts_with('[') && text[end] != ']') {
    return "an array that is cut short; land it again when it is whole";
  }
  return {};
}

}  // namespace cartograph::ingestion
