// Names are the shop's and may be anything, so that they are no keys of the table in config.cpp.
#include "cli/feeds_config.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace cartograph::cli {
namespace {

std::string place_of(const toml::node& node, const std::string& file) {
  return fmt::format("{}, line {}", file, node.source().begin.line);
}

const toml::table& table_of(const toml::node& node, const std::string& key,
                            const std::string& file) {
  if (const toml::table* table = node.as_table()) return *table;
  throw UsageError(fmt::format("{}: {} is a section, [{}]", place_of(node, file), key, key));
}

std::map<std::string, std::string> texts_of(const toml::table& table, const std::string& file) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, node] : table) {
    texts.emplace(name.str(), text_of(node, place_of(node, file)));
  }
  return texts;
}

contracts::FeedMapping read_feed(const toml::table& table, const std::string& section,
                                 const std::string& file) {
  contracts::FeedMapping mapping;
  for (const auto& [name, node] : table) {
    const std::string part(name.str());
    const std::string key = section + "." + part;
    if (part == "columns") {
      mapping.columns = texts_of(table_of(node, key, file), file);
    } else if (part == "defaults") {
      mapping.defaults = texts_of(table_of(node, key, file), file);
    } else if (part == "values") {
      for (const auto& [column, words] : table_of(node, key, file)) {
        const std::string column_key = fmt::format("{}.{}", key, column.str());
        mapping.values.emplace(column.str(), texts_of(table_of(words, column_key, file), file));
      }
    } else {
      throw UsageError(fmt::format("{}: unknown key {}; the nearest known one is {}.{}",
                                   place_of(node, file), key, section,
                                   nearest(part, {"columns", "values", "defaults"})));
    }
  }
  return mapping;
}

}  // namespace

std::string text_of(const toml::node& node, const std::string& place) {
  if (const auto value = node.value_exact<std::string>()) return *value;
  if (const auto value = node.value_exact<std::int64_t>()) return std::to_string(*value);
  if (const auto value = node.value_exact<double>()) return fmt::format("{}", *value);
  if (const auto value = node.value_exact<bool>()) return *value ? "true" : "false";
  throw UsageError(fmt::format("{}: needs a text, a number, true or false", place));
}

contracts::Mappings read_feeds(const toml::table& feeds, const std::string& file) {
  contracts::Mappings mappings;
  for (const auto& [name, node] : feeds) {
    const std::string section = fmt::format("feeds.{}", name.str());
    mappings.emplace(name.str(), read_feed(table_of(node, section, file), section, file));
  }
  return mappings;
}

}  // namespace cartograph::cli
