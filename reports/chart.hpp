// Charts as SVG with their words and tables, drawn by reports/*.js and ECharts inside the program.
// One thread at a time; all charts of a page from one object, which numbers their elements.
#pragma once

#include <string>
#include <vector>

#include "reports/chart_answers.hpp"
#include "reports/script.hpp"

namespace cartograph::reports {

struct ChartColumn {
  std::string name;
  bool is_number = false;
};

struct Chart {
  std::string name;
  std::string svg;
  std::string title;     // what is seen
  std::string subtitle;  // unit, range and zone
  std::string sentence;
  std::vector<ChartColumn> columns;
  std::vector<std::vector<std::string>> rows;  // cells as they are written
};

class ChartScript {
 public:
  /// Loads the scripts, which takes 0.3 s.
  ChartScript();

  /// Throws Error where the scripts cannot draw what they are given.
  Chart draw(const ChartCall& call);

 private:
  Script script_;
};

}  // namespace cartograph::reports
