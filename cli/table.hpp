// Answers of the warehouse as text: an aligned table for people, CSV and JSON for programs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::cli {

enum class OutputFormat { table, csv, json };

/// Writes `answer` to `out`. A table aligns numbers to the right and shows null as nothing.
void print(std::ostream& out, const warehouse::Answer& answer, OutputFormat format);

/// Writes rows as they come, CSV or JSON (one array of objects).
class RowPrinter {
 public:
  RowPrinter(std::ostream& out, OutputFormat format) : out_(out), format_(format) {}
  void row(const std::vector<warehouse::Column>& columns, const warehouse::Row& row);
  void finish(const std::vector<warehouse::Column>& columns);

 private:
  void header(const std::vector<warehouse::Column>& columns);
  std::ostream& out_;
  OutputFormat format_;
  bool any_ = false;
};

}  // namespace cartograph::cli
