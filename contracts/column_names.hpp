// Which column of a feed a name in a file means: a mapped name first, which beats a column's own.
// Not thread-safe, as it remembers where it found the last one.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "contracts/feed.hpp"

namespace cartograph::contracts {

class ColumnNames {
 public:
  /// `feed` and `mapping`, which may be null, have to outlive it.
  ColumnNames(const Feed& feed, const FeedMapping* mapping);

  /// The field's place in the contract; nothing for a name that is neither mapped nor a column's.
  std::optional<std::size_t> find(std::string_view name);

 private:
  struct Entry {
    std::string_view name;
    std::size_t field;
  };
  std::vector<Entry> entries_;
  std::size_t expected_ = 0;  // files mostly name their columns in one order
};

}  // namespace cartograph::contracts
