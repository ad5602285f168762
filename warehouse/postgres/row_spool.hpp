// Rows that nobody may see yet: in memory, and where they are many in a temporary file without a
// name, which goes with the process. One thread.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "warehouse/connection.hpp"

namespace cartograph::warehouse::postgres {

class RowSpool {
 public:
  /// What is more than this lies in the file.
  static constexpr std::size_t kMemoryBytes = 16 << 20;

  /// Throws Error where the file takes no more.
  void append(const Row& row);
  /// Gives all rows in order of append(), which is not called any more.
  void for_each(const std::function<void(const Row&)>& visit);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void move_to_file();

  std::string bytes_;  // of the rows that are not in the file
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace cartograph::warehouse::postgres
