// What the explanations share. The arithmetic is not the models': a slip there would show here.
#include "cli/explain.hpp"

#include <fmt/format.h>

#include "answers/table.hpp"

namespace cartograph::cli {
namespace {

__extension__ typedef __int128 Int128;

}  // namespace

void Proof::expect_equal(const std::string& figure, Money worked_out,
                         const warehouse::Cell& published) {
  expect(published && money_of(published) == worked_out,
         fmt::format("{}: worked out {}, published {}", figure, to_string(worked_out),
                     published.value_or("nothing")));
}

void Proof::expect_equal(const std::string& figure, std::int64_t worked_out,
                         const warehouse::Cell& published) {
  expect(published && number_of(published) == worked_out,
         fmt::format("{}: worked out {}, published {}", figure, worked_out,
                     published.value_or("nothing")));
}

void Proof::expect(bool holds, std::string difference) {
  if (!holds) differences_.push_back(std::move(difference));
}

bool Proof::conclude(std::ostream& out, std::string_view if_none) const {
  if (differences_.empty()) {
    out << '\n' << if_none << '\n';
    return true;
  }
  out << "\nDoes not add up:\n";
  for (const std::string& difference : differences_) out << "  " << difference << '\n';
  out << "cartograph rebuild makes the tables anew from the staged rows\n";
  return false;
}

void ShownRows::add(const std::vector<warehouse::Column>& columns, const warehouse::Row& row) {
  ++count_;
  if (shown_.rows.empty()) shown_.columns = columns;
  if (!all_ && shown_.rows.size() == kRowsShown) return;
  shown_.rows.push_back(row);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (columns[i].type == warehouse::CellType::timestamp && row[i]) {
      shown_.rows.back()[i] = shown_instant(row[i]);
    }
  }
}

void ShownRows::print(std::ostream& out, std::string_view heading,
                      std::string_view if_empty) const {
  out << '\n' << heading << '\n';
  if (count_ == 0) {
    out << if_empty << '\n';
    return;
  }
  answers::print(out, shown_, answers::OutputFormat::table);
  const auto left_out = count_ - static_cast<std::int64_t>(shown_.rows.size());
  if (left_out > 0) out << fmt::format("… and {} more (--all shows them)\n", left_out);
}

Money prorate(Money amount, std::int64_t part, std::int64_t whole) {
  const bool negative = amount.cents < 0;
  const Int128 magnitude = negative ? -static_cast<Int128>(amount.cents) : amount.cents;
  const Int128 doubled = static_cast<Int128>(whole) * 2;
  const auto rounded = static_cast<std::int64_t>((magnitude * part * 2 + whole) / doubled);
  return {negative ? -rounded : rounded};
}

std::string reporting_timezone(warehouse::Connection& connection) {
  const auto answer =
      connection.query("select value from settings where name = 'reporting_timezone'");
  return answer.rows.empty() ? "UTC" : answer.rows[0][0].value_or("UTC");
}

}  // namespace cartograph::cli
