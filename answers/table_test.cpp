// Tables, CSV and JSON of an answer.
#include "answers/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cartograph::answers {
namespace {

using warehouse::CellType;

struct Sample {
  std::string name;
  std::optional<Money> amount;
  std::optional<Instant> at;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (name, amount, at))

const std::vector<Sample> kRows = {{"Süß", Money{1234}, Instant{0}}, {"b, \"c\"", {}, {}}};

std::string printed(const warehouse::Answer& answer, OutputFormat format) {
  std::ostringstream out;
  print(out, answer, format);
  return out.str();
}

TEST(Table, AlignsNumbersToTheRightAndShowsNullAsNothing) {
  EXPECT_EQ(printed(as_answer(kRows), OutputFormat::table),
            "name    amount  at\n"
            "------  ------  --------------------\n"
            "Süß      12.34  1970-01-01T00:00:00Z\n"
            "b, \"c\"          \n");
}

TEST(Table, ShowsTheChosenColumnsInTheirOrder) {
  EXPECT_EQ(printed(as_answer(kRows, {"amount", "name"}), OutputFormat::csv),
            "amount,name\n12.34,Süß\n,\"b, \"\"c\"\"\"\n");
}

TEST(Table, IsAsCsvAndJsonWhatQueryWrites) {
  EXPECT_EQ(printed(as_answer(kRows), OutputFormat::csv),
            "name,amount,at\nSüß,12.34,1970-01-01T00:00:00.000000Z\n\"b, \"\"c\"\"\",,\n");
  EXPECT_EQ(printed(as_answer(kRows), OutputFormat::json),
            "[\n  {\"name\": \"Süß\", \"amount\": 12.34, \"at\": \"1970-01-01T00:00:00.000000Z\"},"
            "\n  {\"name\": \"b, \\\"c\\\"\", \"amount\": null, \"at\": null}\n]\n");
}

TEST(Table, OfNoRowsHasAHeader) {
  EXPECT_EQ(printed(as_answer(std::vector<Sample>()), OutputFormat::csv), "name,amount,at\n");
  EXPECT_EQ(printed(as_answer(std::vector<Sample>()), OutputFormat::json), "[\n]\n");
}

TEST(Table, WritesALoneNullSoThatItIsNoBlankLine) {
  EXPECT_EQ(printed({{{"a", CellType::text}}, {{std::nullopt}}}, OutputFormat::csv), "a\n\"\"\n");
}

TEST(Table, WritesNumbersThatJsonDoesNotKnowAsNull) {
  EXPECT_EQ(printed({{{"a", CellType::real}}, {{"inf"}, {"1.5e10"}}}, OutputFormat::json),
            "[\n  {\"a\": null},\n  {\"a\": 1.5e10}\n]\n");
}

TEST(PrintSection, SaysSoWhereThereIsNothing) {
  std::ostringstream out;
  print_section(out, "Rows", std::vector<Sample>(), "none");
  EXPECT_EQ(out.str(), "\nRows\nnone\n");
}

}  // namespace
}  // namespace cartograph::answers
