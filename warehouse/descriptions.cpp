// toml++ sorts by name; the order of the file comes back from the lines.
#include "warehouse/descriptions.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <utility>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::warehouse {
namespace {

// Where and what a file is wrong.
class Place {
 public:
  Place(std::string_view path, std::string_view table) : path_(path), table_(table) {}
  [[noreturn]] void refuse(const toml::node& node, std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}: {}", path_, node.source().begin.line, table_, what));
  }
  std::string text(const toml::node& node) const {
    const auto value = node.value<std::string>();
    if (!value || value->empty()) refuse(node, "a text is expected, in quotes");
    return *value;
  }

 private:
  std::string_view path_;
  std::string_view table_;
};

template <class Item>
std::vector<Item> by_line(std::vector<std::pair<std::uint32_t, Item>> found) {
  std::ranges::stable_sort(found, {}, [](const auto& item) { return item.first; });
  std::vector<Item> items;
  for (auto& [line, item] : found) items.push_back(std::move(item));
  return items;
}

std::vector<ColumnDescription> columns_of(const Place& place, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) place.refuse(node, "columns is a table of names and sentences");
  std::vector<std::pair<std::uint32_t, ColumnDescription>> found;
  for (const auto& [name, sentence] : *table) {
    found.push_back(
        {sentence.source().begin.line, {std::string(name.str()), place.text(sentence)}});
  }
  return by_line(std::move(found));
}

TableDescription parse_table(std::string_view path, std::string_view name, const toml::node& node) {
  const Place place(path, name);
  const toml::table* table = node.as_table();
  if (table == nullptr) place.refuse(node, "a table [NAME] is expected");
  TableDescription description;
  description.name = name;
  for (const auto& [key, value] : *table) {
    if (key.str() == "grain") {
      description.grain = place.text(value);
    } else if (key.str() == "columns_of") {
      description.columns_of = place.text(value);
    } else if (key.str() == "columns") {
      description.columns = columns_of(place, value);
    } else if (const toml::array* names = value.as_array(); key.str() == "key" && names) {
      for (const toml::node& column : *names) description.key.push_back(place.text(column));
    } else {
      place.refuse(value,
                   fmt::format("{} is none of grain, key, columns_of and columns", key.str()));
    }
  }
  return description;
}

}  // namespace

std::vector<TableDescription> parse_descriptions(std::string_view path, std::string_view text) {
  std::string_view chapter = path.substr(path.rfind('/') + 1);
  chapter = chapter.substr(0, chapter.rfind('.'));
  std::vector<std::pair<std::uint32_t, TableDescription>> found;
  try {
    const toml::table file = toml::parse(text, path);
    for (const auto& [name, node] : file) {
      found.emplace_back(node.source().begin.line, parse_table(path, name.str(), node));
      found.back().second.chapter = chapter;
    }
  } catch (const toml::parse_error& error) {
    throw Error(fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  return by_line(std::move(found));
}

const std::vector<TableDescription>& table_descriptions() {
  static const std::vector<TableDescription> all = [] {
    std::vector<TableDescription> tables;
    for (const EmbeddedFile& file : embedded_files("warehouse/tables")) {
      for (TableDescription& table : parse_descriptions(file.path, file.text)) {
        tables.push_back(std::move(table));
      }
    }
    return tables;
  }();
  return all;
}

}  // namespace cartograph::warehouse
