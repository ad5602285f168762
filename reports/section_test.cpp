// Sections as Markdown and HTML.
#include "reports/section.hpp"

#include <gtest/gtest.h>

namespace cartograph::reports {
namespace {

using warehouse::CellType;

const std::vector<Section> kSections = {
    {"Rows",
     "All of them.",
     {{{"table_name", CellType::text}, {"rows", CellType::integer}, {"at", CellType::timestamp}},
      {{"a|b", "1234567", "2025-03-01T10:00:00.000000Z"}, {"<i>", std::nullopt, std::nullopt}}}},
    {"None", "", {}}};

TEST(Section, IsATableOfMarkdown) {
  EXPECT_EQ(markdown_of(kSections),
            "\n## Rows\n\nAll of them.\n\n"
            "| table name | rows | at |\n| --- | ---: | --- |\n"
            "| a\\|b | 1,234,567 | 2025-03-01T10:00:00Z |\n| &lt;i> |  |  |\n"
            "\n## None\n");
}

TEST(Section, IsATableOfHtmlWithNumbersToTheRight) {
  const std::string html = html_of(kSections);
  EXPECT_NE(html.find("<td class=\"number\">1,234,567</td>"), std::string::npos) << html;
  EXPECT_NE(html.find("<td>&lt;i&gt;</td>"), std::string::npos) << html;
  EXPECT_NE(html.find("<h2>None</h2>\n</section>"), std::string::npos) << html;
}

}  // namespace
}  // namespace cartograph::reports
