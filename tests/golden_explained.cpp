// Numbers are taken from the text that is shown, so that what is reckoned is what a reader sees.
#include "tests/golden_explained.hpp"

#include <algorithm>

namespace cartograph::tests {

std::unique_ptr<SmallStore> GoldenExplained::store_;

void GoldenExplained::SetUpTestSuite() {
  store_ = std::make_unique<SmallStore>();
  store_->land_golden();
  store_->run();
}

void GoldenExplained::TearDownTestSuite() { store_.reset(); }

std::vector<std::string> GoldenExplained::keys(std::string_view sql) {
  std::vector<std::string> list;
  for (const auto& row : tables().query(sql).rows) list.push_back(*row[0]);
  return list;
}

std::string GoldenExplained::explained(const std::string& key, bool adds_up) {
  const answers::Explanation explanation = explanation_of(key);
  std::string text = text_of(explanation);
  EXPECT_EQ(explanation.adds_up, adds_up) << text;
  return text;
}

std::string GoldenExplained::explained_after(const std::string& change, const std::string& key) {
  tables().begin();
  tables().execute(change);
  std::string text = explained(key, false);
  tables().rollback();
  return text;
}

std::int64_t hundredths(const std::optional<std::string>& text) {
  if (!text) return 0;
  std::string digits = *text;
  const std::size_t point = digits.find('.');
  const std::size_t places = point == std::string::npos ? 0 : digits.size() - point - 1;
  if (places > 2) ADD_FAILURE() << *text << " has more than two decimals";
  std::erase(digits, '.');
  return std::stoll(digits.append(2 - std::min<std::size_t>(places, 2), '0'));
}

std::int64_t figure_hundredths(const answers::Part& part, std::string_view name) {
  const auto found = std::ranges::find(part.figures, name, &answers::Figure::name);
  if (found == part.figures.end()) {
    ADD_FAILURE() << part.title << " has no figure " << name;
    return 0;
  }
  return hundredths(found->value);
}

std::vector<std::optional<std::string>> cells(const answers::RowList& list,
                                              std::string_view column) {
  std::vector<std::optional<std::string>> found;
  const auto place = std::ranges::find(list.columns, column, &answers::ListColumn::name);
  if (place == list.columns.end()) {
    ADD_FAILURE() << list.title << " has no column " << column;
    return found;
  }
  for (const auto& row : list.rows) {
    found.push_back(row[static_cast<std::size_t>(place - list.columns.begin())]);
  }
  return found;
}

std::int64_t sum_hundredths(const answers::RowList& list, std::string_view column) {
  std::int64_t sum = 0;
  for (const auto& cell : cells(list, column)) sum += hundredths(cell);
  return sum;
}

}  // namespace cartograph::tests
