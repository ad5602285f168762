// Feeds have a dozen columns: a look at each name is as fast as anything.
#include "contracts/column_names.hpp"

#include <algorithm>

namespace cartograph::contracts {

ColumnNames::ColumnNames(const Feed& feed, const FeedMapping* mapping) {
  const auto is_known = [&](std::string_view name) {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return equals_ignoring_case(entry.name, name); });
  };
  const auto place_of = [&](std::string_view column) {
    const auto found = std::find_if(feed.fields.begin(), feed.fields.end(),
                                    [&](const FieldInfo& field) { return field.name == column; });
    return static_cast<std::size_t>(found - feed.fields.begin());
  };
  if (mapping != nullptr) {
    for (const auto& [name, column] : mapping->columns) {
      entries_.push_back({trimmed(name), place_of(column)});
    }
  }
  for (std::size_t field = 0; field < feed.fields.size(); ++field) {
    if (!is_known(feed.fields[field].name)) entries_.push_back({feed.fields[field].name, field});
  }
}

std::optional<std::size_t> ColumnNames::find(std::string_view name) {
  const std::size_t count = entries_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = (expected_ + i) % count;
    if (equals_ignoring_case(name, entries_[place].name)) {
      expected_ = place + 1;
      return entries_[place].field;
    }
  }
  return std::nullopt;
}

}  // namespace cartograph::contracts
