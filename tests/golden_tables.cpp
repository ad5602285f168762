// Which tables there are is what lies in the folder.
#include "tests/golden_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support.hpp"

namespace cartograph::tests {

std::vector<std::string> golden_tables(const std::vector<std::string>& beginnings) {
  std::vector<std::string> tables;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder() / "expected")) {
    const std::string table = entry.path().stem().string();
    const auto begins = [&](const std::string& beginning) { return table.starts_with(beginning); };
    if (beginnings.empty() || std::any_of(beginnings.begin(), beginnings.end(), begins)) {
      tables.push_back(table);
    }
  }
  std::sort(tables.begin(), tables.end());
  return tables;
}

void expect_golden(warehouse::Connection& connection, const std::vector<std::string>& beginnings) {
  for (const std::string& table : golden_tables(beginnings)) {
    EXPECT_EQ(csv_lines(connection, golden_select(table)), golden_lines(table)) << table;
  }
}

}  // namespace cartograph::tests
