// Naming rules of the landing folder.
#include "ingestion/landing.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;

using contracts::equals_ignoring_case;

struct FileName {
  const contracts::Feed* feed;
  Format format;
  bool gzipped;
};

bool silently_ignored(std::string_view name) {
  return name.starts_with('.') || name.starts_with('_') || name.ends_with(".tmp") ||
         name.ends_with(".part");
}

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() >= end.size() &&
         equals_ignoring_case(name.substr(name.size() - end.size()), end);
}

// `<feed>[suffix].<format>[.gz]` in any letter case; the suffix starts with _, - or a point.
std::optional<FileName> parse_name(std::string_view name) {
  FileName parsed{};
  if (ends_with(name, ".gz")) {
    parsed.gzipped = true;
    name.remove_suffix(3);
  }
  const std::size_t point = name.rfind('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::string_view format = name.substr(point + 1);
  if (equals_ignoring_case(format, "csv")) {
    parsed.format = Format::csv;
  } else if (equals_ignoring_case(format, "json")) {
    parsed.format = Format::json_array;
  } else if (equals_ignoring_case(format, "jsonl") || equals_ignoring_case(format, "ndjson")) {
    parsed.format = Format::json_lines;
  } else {
    return std::nullopt;
  }
  const std::string_view stem = name.substr(0, point);
  for (const contracts::Feed& feed : contracts::feeds()) {
    if (!equals_ignoring_case(stem.substr(0, feed.name.size()), feed.name)) continue;
    const std::string_view suffix = stem.substr(feed.name.size());
    if (suffix.empty() || suffix[0] == '_' || suffix[0] == '-' || suffix[0] == '.') {
      parsed.feed = &feed;
      return parsed;
    }
  }
  return std::nullopt;
}

// Entries of a folder by the bytes of their names.
std::vector<fs::directory_entry> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::directory_entry> list;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    list.push_back(*it);
  }
  if (error) {
    throw Error(
        fmt::format("cannot read the folder {}: {}; check that it exists and that this "
                    "user may read it, or name another with --landing",
                    folder.string(), error.message()));
  }
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
  return list;
}

void list_day(const fs::path& folder, Day date, Listing& listing) {
  for (const auto& entry : entries(folder)) {
    const std::string name = entry.path().filename().string();
    const std::string source_file = to_string(date) + "/" + name;
    std::error_code error;
    if (silently_ignored(name) || entry.is_directory(error)) continue;
    const auto parsed = parse_name(name);
    if (!parsed) {
      listing.warnings.push_back(
          fmt::format("{}: not the name of a feed's file, ignored", printable_name(source_file)));
      continue;
    }
    if (!simdjson::validate_utf8(name)) {
      throw Error(
          fmt::format("{}: the file's name is not UTF-8; rename it", printable_name(source_file)));
    }
    if (!entry.is_regular_file(error)) {
      listing.warnings.push_back(
          fmt::format("{}: not a regular file, ignored", printable_name(source_file)));
      continue;
    }
    listing.files.push_back(
        {source_file, entry.path(), parsed->feed, date, parsed->format, parsed->gzipped});
  }
}

}  // namespace

Listing list_landing(const fs::path& folder) {
  Listing listing;
  for (const auto& entry : entries(folder)) {
    const std::string name = entry.path().filename().string();
    if (silently_ignored(name)) continue;
    std::error_code error;
    const auto date = parse_day(name);
    if (date && entry.is_directory(error)) {
      list_day(entry.path(), *date, listing);
    } else {
      listing.warnings.push_back(
          fmt::format("{}: not a landing date's folder, ignored", printable_name(name)));
    }
  }
  return listing;
}

}  // namespace cartograph::ingestion
