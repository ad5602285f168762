// What is wrong with a mapping is found when the configuration is read, not at the first row.
#include "contracts/mapping.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "contracts/feed.hpp"

namespace cartograph::contracts {
namespace {

// The names of what there is, for "the nearest is".
template <class Range>
std::string nearest_of(std::string_view word, const Range& range) {
  std::vector<std::string> known;
  for (const auto& item : range) known.emplace_back(item.name);
  return nearest(word, known);
}

std::size_t place_of(const Feed& feed, const std::string& key, std::string_view column) {
  for (std::size_t place = 0; place < feed.fields.size(); ++place) {
    if (feed.fields[place].name == column) return place;
  }
  throw UsageError(fmt::format("{}: the feed {} has no column '{}'; the nearest is {}", key,
                               feed.name, column, nearest_of(column, feed.fields)));
}

void expect_holds(const Feed& feed, const std::string& key, const std::string& column,
                  std::string_view text, const Context& context) {
  const std::string fault = feed.fault(place_of(feed, key, column), text, context);
  if (!fault.empty()) {
    throw UsageError(
        fmt::format("{}: the column {} cannot hold '{}': {}", key, column, text, fault));
  }
}

// Names and words match in any letter case: two that differ in nothing else are one.
void expect_new(std::set<std::string>& seen, const std::string& key, std::string_view name) {
  std::string folded;
  for (const char c : trimmed(name)) folded += ascii_lower(c);
  if (folded.empty()) {
    throw UsageError(
        fmt::format("{}: '{}' is no name; what is left empty is filled by defaults", key, name));
  }
  if (!seen.insert(folded).second) {
    throw UsageError(fmt::format("{}: '{}' stands there twice", key, name));
  }
}

void expect_valid(const Feed& feed, const FeedMapping& mapping, const Context& context) {
  const std::string section = fmt::format("feeds.{}", feed.name);
  std::set<std::string> names;
  for (const auto& [name, column] : mapping.columns) {
    const std::string key = section + ".columns";
    place_of(feed, key, column);
    expect_new(names, key, name);
  }
  for (const auto& [column, words] : mapping.values) {
    const std::string key = fmt::format("{}.values.{}", section, column);
    place_of(feed, section + ".values", column);
    std::set<std::string> seen;
    for (const auto& [word, ours] : words) {
      expect_new(seen, key, word);
      if (!trimmed(ours).empty()) expect_holds(feed, key, column, ours, context);
    }
  }
  for (const auto& [column, text] : mapping.defaults) {
    const std::string key = section + ".defaults";
    const bool is_null = trimmed(text).empty();
    if (is_null && !feed.fields[place_of(feed, key, column)].required) continue;
    expect_holds(feed, key, column, text, context);
  }
}

void append_pairs(std::string& text, const std::map<std::string, std::string>& pairs) {
  std::string_view between = " ";
  for (const auto& [name, ours] : pairs) {
    text += fmt::format("{}{} = {}", between, name, ours.empty() ? "(nothing)" : ours);
    between = ", ";
  }
}

}  // namespace

std::string text_of(std::string_view feed, const FeedMapping& mapping) {
  std::string text = fmt::format("[feeds.{}]", feed);
  std::string_view between = ":";
  const auto begin = [&](std::string_view title) {
    text += fmt::format("{}{}", between, title);
    between = ";";
  };
  if (!mapping.columns.empty()) {
    begin("");
    append_pairs(text, mapping.columns);
  }
  for (const auto& [column, words] : mapping.values) {
    begin(fmt::format(" words of {}:", column));
    append_pairs(text, words);
  }
  if (!mapping.defaults.empty()) {
    begin(" defaults:");
    append_pairs(text, mapping.defaults);
  }
  return text;
}

void expect_valid(const Mappings& mappings, const std::string& reporting_currency) {
  const Context context{reporting_currency};
  for (const auto& [name, mapping] : mappings) {
    const Feed* feed = find_feed(name);
    if (feed == nullptr) {
      throw UsageError(fmt::format("feeds.{}: there is no feed '{}'; the nearest is {}", name, name,
                                   nearest_of(name, feeds())));
    }
    expect_valid(*feed, mapping, context);
  }
}

}  // namespace cartograph::contracts
