// A part of a report as data: a heading, a sentence and a table, which Markdown and HTML both show.
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "answers/table.hpp"

namespace cartograph::reports {

struct Section {
  std::string title;
  std::string text;         // empty for none
  warehouse::Answer table;  // without a column for none
  bool is_folded = false;   // in HTML, whether the table is opened by a click
};

/// The sections one below the other, under headings of the second level.
std::string markdown_of(const std::vector<Section>& sections);
std::string html_of(const std::vector<Section>& sections);

/// A table of HTML; numbers to the right.
std::string html_table(const warehouse::Answer& table);

}  // namespace cartograph::reports
