// Proof and text of explanations.
#include "answers/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "answers/row_list.hpp"
#include "base/utf8.hpp"
#include "quality/one_subject.hpp"

namespace cartograph::answers {
namespace {

quality::Subject subject_of(const std::string& name) {
  if (name == "order") return quality::Subject::order;
  return name == "day" ? quality::Subject::day : quality::Subject::sku;
}

void print_list(std::ostream& out, const RowList& list) {
  out << '\n' << list.title << '\n';
  if (list.count == 0) {
    out << "none\n";
    return;
  }
  warehouse::Answer answer;
  for (const ListColumn& column : list.columns) {
    answer.columns.push_back(
        {column.name, column.is_number ? warehouse::CellType::integer : warehouse::CellType::text});
  }
  answer.rows = list.rows;
  print(out, answer, OutputFormat::table);
  const auto left_out = list.count - static_cast<std::int64_t>(list.rows.size());
  if (left_out > 0) out << fmt::format("… and {} more (--all shows them)\n", left_out);
}

void print_figures(std::ostream& out, const std::vector<Figure>& figures) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const Figure& figure : figures) {
    name_width = std::max(name_width, count_characters(figure.name));
    value_width = std::max(value_width, figure.value.value_or("-").size());
  }
  for (const Figure& figure : figures) {
    out << "  " << figure.name << std::string(name_width - count_characters(figure.name), ' ')
        << fmt::format("  {:>{}}", figure.value.value_or("-"), value_width)
        << (figure.how.empty() ? "" : "  " + figure.how) << '\n';
  }
}

void print_checks(std::ostream& out, const Explanation& explanation) {
  if (explanation.checks.empty()) return;
  if (explanation.adds_up) {
    out << fmt::format("Adds up: all {} hold for it alone.\n",
                       counted(static_cast<std::int64_t>(explanation.checks.size()), "check"));
    return;
  }
  out << "Does not add up:\n";
  for (const CheckHeld& check : explanation.checks) {
    if (check.holds) continue;
    out << fmt::format("  {}: {} Found: {}\n", check.check_name, check.expected,
                       check.observed.value_or(""));
  }
  out << "cartograph rebuild makes the tables anew from the staged rows\n";
}

}  // namespace

void prove(warehouse::Connection& connection, Explanation& explanation) {
  for (const quality::Result& result :
       quality::run_checks_on(connection, subject_of(explanation.subject), explanation.key)) {
    CheckHeld held{result.check->name, result.check->expects, result.passed(), {}};
    if (!held.holds) held.observed = fmt::format("{}: {}", result.detail, result.observed);
    explanation.adds_up = explanation.adds_up && held.holds;
    explanation.checks.push_back(std::move(held));
  }
}

std::string text_of(const Explanation& explanation) {
  std::ostringstream out;
  out << explanation.title << '\n';
  for (const Fact& fact : explanation.facts) {
    out << fmt::format("  {:<16}{}{}\n", fact.name, fact.text,
                       fact.source ? ", " + *fact.source : "");
  }
  for (const Part& part : explanation.parts) {
    out << '\n' << part.title << (part.source ? ", " + *part.source : "") << '\n';
    for (const std::string& note : part.notes) out << "  " << note << '\n';
    for (const RowList& list : part.lists) print_list(out, list);
    if (!part.lists.empty() && !part.figures.empty()) out << '\n';
    print_figures(out, part.figures);
  }
  out << '\n' << explanation.sum << '\n';
  print_checks(out, explanation);
  return out.str();
}

}  // namespace cartograph::answers
