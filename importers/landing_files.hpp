// The files of a landing folder in the making: one CSV a date and feed that has rows, kept in
// memory until all is known to be right. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.hpp"
#include "contracts/csv_writer.hpp"

namespace cartograph::importers {

class LandingFiles {
 public:
  /// Appends `row` to its feed's file of `date`.
  template <class Row>
  void add(Day date, const Row& row) {
    std::string& text = files_[{date, contracts::Contract<Row>::feed}];
    if (text.empty()) contracts::append_csv_header<Row>(text);
    contracts::append_csv_row(text, row);
  }

  /// The number of dates that have a file.
  std::int64_t dates() const;

  /// Writes all files under `folder`, which is made where it is not there, and beside the dates a
  /// file `extra_name` of `extra_text`. Throws Error and Stopped; what was written by then remains.
  void write(const std::filesystem::path& folder, std::string_view extra_name,
             std::string_view extra_text, const std::stop_token& stop = {}) const;

 private:
  std::map<std::pair<Day, std::string_view>, std::string> files_;
};

}  // namespace cartograph::importers
