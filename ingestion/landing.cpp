// Naming rules of the landing folder.
#include "ingestion/landing.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/nearest.hpp"
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
      listing.warnings.push_back(fmt::format(
          "{}: not the name of a feed's file, ignored; the nearest that would be taken is {}/{}",
          printable_name(source_file), to_string(date), nearest_file_name(name)));
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
        {source_file, entry.path(), parsed->feed, date, parsed->format, parsed->gzipped, {}});
  }
}

// Why an entry of the landing folder itself is passed over.
std::string not_a_date(const std::string& name, bool is_folder) {
  const auto date = date_in(name);
  const std::string folder = date ? to_string(*date) : "YYYY-MM-DD";
  if (is_folder) {
    return fmt::format(
        "{}: not a landing date's folder, ignored; the nearest name that would be taken is {}",
        printable_name(name), folder);
  }
  return fmt::format(
      "{}: not in a landing date's folder, ignored; the nearest name that would be taken is {}/{}",
      printable_name(name), folder, parse_name(name) ? name : nearest_file_name(name));
}

// Letters in lower case, and what feeds' names have between their words for anything else.
std::string as_feed_spelling(std::string_view name) {
  std::string spelling;
  for (const char c : name) {
    spelling += c == ' ' || c == '-' ? '_' : contracts::ascii_lower(c);
  }
  return spelling;
}

// How far the beginning of `stem` is from the name of a feed, and how much of it that is.
std::pair<std::size_t, std::size_t> distance(const std::string& stem, std::string_view feed) {
  std::pair<std::size_t, std::size_t> best{std::string::npos, 0};
  for (std::size_t size = 1; size <= std::min(stem.size(), feed.size() + 2); ++size) {
    best = std::min(best, {edits(stem.substr(0, size), feed), size}, [](auto a, auto b) {
      return a.first < b.first || (a.first == b.first && a.second > b.second);
    });
  }
  return best;
}

// "csv" for anything that is no format.
std::string_view nearest_format(const std::string& extension) {
  for (const std::string_view format : {"csv", "json", "jsonl", "ndjson"}) {
    if (extension == format) return format;
  }
  return extension.starts_with("js") ? "json" : "csv";
}

}  // namespace

std::string nearest_file_name(std::string_view name) {
  std::string spelling = as_feed_spelling(name);
  const bool is_packed = spelling.ends_with(".gz");
  for (const std::string_view packed : {".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar"}) {
    if (spelling.ends_with(packed)) spelling.resize(spelling.size() - packed.size());
  }
  const std::size_t point = std::min(spelling.rfind('.'), spelling.size());
  const std::string stem = spelling.substr(0, point);
  const std::string_view format =
      nearest_format(spelling.substr(std::min(point + 1, spelling.size())));

  const contracts::Feed* nearest = &contracts::feeds().front();
  std::pair<std::size_t, std::size_t> nearest_distance{std::string::npos, 0};
  for (const contracts::Feed& feed : contracts::feeds()) {
    const auto found = distance(stem, feed.name);
    // Of two that are as near the one which says more of the name.
    if (found.first < nearest_distance.first ||
        (found.first == nearest_distance.first && found.second > nearest_distance.second)) {
      nearest = &feed;
      nearest_distance = found;
    }
  }
  const bool is_like_it = nearest_distance.first * 3 <= nearest->name.size();
  std::string suffix = is_like_it ? stem.substr(nearest_distance.second) : "";
  if (!suffix.empty() && suffix[0] != '_' && suffix[0] != '.') suffix.insert(0, 1, '_');
  return fmt::format("{}{}.{}{}", nearest->name, suffix, format, is_packed ? ".gz" : "");
}

std::optional<Day> date_in(std::string_view name) {
  std::vector<std::string> groups;
  bool inside = false;
  for (const char c : name) {
    if (contracts::is_digit(c)) {
      if (!inside) groups.emplace_back();
      groups.back() += c;
    }
    inside = contracts::is_digit(c);
  }
  const auto day = [](const std::string& year, const std::string& month,
                      const std::string& day_of_month) -> std::optional<Day> {
    if (year.size() != 4 || month.size() > 2 || day_of_month.size() > 2) return std::nullopt;
    return day_of(std::stoi(year), static_cast<unsigned>(std::stoi(month)),
                  static_cast<unsigned>(std::stoi(day_of_month)));
  };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::string& group = groups[i];
    if (group.size() == 8) {
      if (const auto found = day(group.substr(0, 4), group.substr(4, 2), group.substr(6)))
        return found;
    }
    if (i + 2 >= groups.size()) continue;
    if (const auto found = day(group, groups[i + 1], groups[i + 2])) return found;
    // Days first; where that is no date, months first.
    if (const auto found = day(groups[i + 2], groups[i + 1], group)) return found;
    if (const auto found = day(groups[i + 2], group, groups[i + 1])) return found;
  }
  return std::nullopt;
}

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
      listing.warnings.push_back(not_a_date(name, entry.is_directory(error)));
    }
  }
  return listing;
}

}  // namespace cartograph::ingestion
