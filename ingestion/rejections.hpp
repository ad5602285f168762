// What was rejected of one file, for who has to mend it: its first rows with what stood there, and
// how often each reason came. It may hold values of customers: for the screen, not for a log that
// others read. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contracts/feed.hpp"

namespace cartograph::ingestion {

class Rejections {
 public:
  struct Row {
    std::int64_t line;
    std::string what;  // "quantity 'two': not an integer"
  };

  /// Notes a row that was rejected for `reasons`. `values` are its texts in the contract's order;
  /// none of a row that could not be read, of which `raw_row` is shown.
  void add(const contracts::Feed& feed, std::int64_t line, std::string_view reasons,
           std::string_view raw_row, std::span<const std::string_view> values);
  /// Notes that a line is the file's header again.
  void add_header_again(std::int64_t line, std::string_view reasons);

  /// The first rows, by line.
  const std::vector<Row>& first() const { return first_; }
  /// Reasons and how many rows had them, the commonest first.
  std::vector<std::pair<std::string, std::int64_t>> commonest(std::size_t count_max) const;

 private:
  bool counts_among_first(std::int64_t line) const;
  void keep(std::int64_t line, std::string what);
  void count(std::string_view reasons);

  std::vector<Row> first_;
  std::map<std::string, std::int64_t, std::less<>> counts_;
};

}  // namespace cartograph::ingestion
