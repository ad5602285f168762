// What can be asked: metrics with their definitions, dimensions, grains.
#pragma once

#include <string>
#include <vector>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct CatalogueEntry {
  static constexpr FieldText kTexts[] = {
      {"kind", "metric, dimension (of /metrics/breakdown) or grain"},
      {"name", "as in answers, parameters and paths"},
      {"title", "for people"},
      {"unit", "of a metric: currency, count or rate; else null"},
      {"definition", "what it is"},
      {"caveat", "what is easily overlooked; empty where nothing is"},
      {"adds_up", "of a metric: whether it may be summed over days; else null"}};
  std::string kind;
  std::string name;
  std::string title;
  std::optional<std::string> unit;
  std::string definition;
  std::string caveat;
  std::optional<bool> adds_up;
};
BOOST_DESCRIBE_STRUCT(CatalogueEntry, (), (kind, name, title, unit, definition, caveat, adds_up))

/// The entries, metrics first; those in the order in which they matter.
std::vector<CatalogueEntry> catalogue();

}  // namespace cartograph::answers
