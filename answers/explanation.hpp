// How a published figure comes about, as a value: read from the tables, with the file and line that
// each row came from, and the quality checks that hold for it. One shape for orders, days and SKUs,
// so that whoever shows one can show all. As thread-safe as the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/fields.hpp"
#include "warehouse/warehouse.hpp"

namespace cartograph::answers {

/// What is so: a name and a text, and the row that says it.
struct Fact {
  static constexpr FieldText kTexts[] = {
      {"name", "what it is"}, {"text", "what is so"}, {"source", "file and line that say it"}};
  std::string name;
  std::string text;
  std::optional<std::string> source;
};
BOOST_DESCRIBE_STRUCT(Fact, (), (name, text, source))

/// A number, and how it comes about.
struct Figure {
  static constexpr FieldText kTexts[] = {{"name", "the figure"},
                                         {"value", "as published; null where there is none"},
                                         {"how", "how it comes about"}};
  std::string name;
  std::optional<std::string> value;
  std::string how;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (name, value, how))

struct ListColumn {
  static constexpr FieldText kTexts[] = {{"name", "the column"},
                                         {"is_number", "whether it holds numbers"}};
  std::string name;
  bool is_number = false;
};
BOOST_DESCRIBE_STRUCT(ListColumn, (), (name, is_number))

/// Rows that a figure is made of.
struct RowList {
  static constexpr FieldText kTexts[] = {
      {"title", "what the rows are"},
      {"columns", "their columns, the source last"},
      {"rows", "their cells, as text; null where there is nothing"},
      {"count", "how many there are; more than `rows` has where only the first are asked for"}};
  std::string title;
  std::vector<ListColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(RowList, (), (title, columns, rows, count))

/// A part that is explained by itself: a line of an order, a table's row of a day.
struct Part {
  static constexpr FieldText kTexts[] = {{"title", "what it is"},
                                         {"source", "file and line that it comes from"},
                                         {"notes", "what else has to be known of it"},
                                         {"lists", "the rows that it is made of"},
                                         {"figures", "its figures, in the order of their sum"}};
  std::string title;
  std::optional<std::string> source;
  std::vector<std::string> notes;
  std::vector<RowList> lists;
  std::vector<Figure> figures;
};
BOOST_DESCRIBE_STRUCT(Part, (), (title, source, notes, lists, figures))

/// A quality check, run on what is explained alone.
struct CheckHeld {
  static constexpr FieldText kTexts[] = {{"check_name", "the check"},
                                         {"expected", "what it expects, in words"},
                                         {"holds", "whether that is so"},
                                         {"observed", "what it found where it is not"}};
  std::string check_name;
  std::string expected;
  bool holds = false;
  std::optional<std::string> observed;
};
BOOST_DESCRIBE_STRUCT(CheckHeld, (), (check_name, expected, holds, observed))

struct Explanation {
  static constexpr FieldText kTexts[] = {{"subject", "order, day or sku"},
                                         {"key", "which one"},
                                         {"title", "the figure that is explained"},
                                         {"facts", "what is so of it"},
                                         {"parts", "what it is made of"},
                                         {"sum", "how the parts add up, in a sentence"},
                                         {"adds_up", "whether all checks of severity error hold"},
                                         {"checks", "the quality checks on it alone"}};
  std::string subject;
  std::string key;
  std::string title;
  std::vector<Fact> facts;
  std::vector<Part> parts;
  std::string sum;
  bool adds_up = true;
  std::vector<CheckHeld> checks;
};
BOOST_DESCRIBE_STRUCT(Explanation, (), (subject, key, title, facts, parts, sum, adds_up, checks))

struct ExplainOptions {
  std::size_t rows_max = 20;      // of each list; the rest is counted
  bool with_recognition = false;  // of a day: the pools behind its recognised revenue
};

/// How an order's net revenue comes about; of an order that was never staged, what waits for it.
/// Throws NotFound where no staged row names the order.
Explanation explain_order(warehouse::Connection& connection, const std::string& order_id);

/// A day of fct_revenue_daily and fct_revenue_recognition_daily, from its orders, pieces and
/// deliveries. Throws NotFound where the tables have no such day.
Explanation explain_day(warehouse::Connection& connection, Day day,
                        const ExplainOptions& options = {});

/// A SKU's stock alerts, and the movements that led to the last. Throws NotFound where no product,
/// order item or movement names it.
Explanation explain_sku(warehouse::Connection& connection, const std::string& sku,
                        const ExplainOptions& options = {});

/// Runs the quality checks with only this marked, and keeps what they say in `explanation`.
void prove(warehouse::Connection& connection, Explanation& explanation);

/// As text for people.
std::string text_of(const Explanation& explanation);

}  // namespace cartograph::answers
