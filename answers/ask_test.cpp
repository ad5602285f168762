// From columns and cells to rows.
#include "answers/ask.hpp"

#include <gmock/gmock.h>

#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::HasSubstr;
using warehouse::CellType;
using warehouse::Column;

struct Sample {
  static constexpr std::string_view kAnswer = "runs";
  std::string status;
  std::optional<Money> amount;
  Rate rate;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (status, amount, rate))

const std::vector<Column> kColumns = {
    {"rate", CellType::real}, {"status", CellType::text}, {"amount", CellType::decimal}};

TEST(RowReader, TakesColumnsByName) {
  const RowReader<Sample> reader(kColumns);
  const Sample row = reader.read({"0.25", "done", "12.34"});
  EXPECT_EQ(row.status, "done");
  EXPECT_EQ(row.amount, Money{1234});
  EXPECT_EQ(row.rate, Rate{0.25});
  EXPECT_EQ(reader.read({"0.0", "done", std::nullopt}).amount, std::nullopt);
}

TEST(RowReader, RefusesColumnsThatAreNotTheRows) {
  const auto fault = [](std::vector<Column> columns) {
    return tests::message_of<Error>([&] { RowReader<Sample>{columns}; });
  };
  auto other = kColumns;
  other[1].type = CellType::integer;
  EXPECT_THAT(fault(other), HasSubstr("answer runs is not what the program expects: status is of"));
  other = kColumns;
  other.pop_back();
  EXPECT_THAT(fault(other), HasSubstr("amount is missing"));
  other = kColumns;
  other.push_back({"more", CellType::text});
  EXPECT_THAT(fault(other), HasSubstr("more columns than the row"));
}

TEST(RowReader, RefusesCellsThatAreNotTheRows) {
  const RowReader<Sample> reader(kColumns);
  const auto fault = [&](warehouse::Row cells) {
    return tests::message_of<Error>([&] { reader.read(cells); });
  };
  EXPECT_THAT(fault({"0.25", std::nullopt, "1.00"}), HasSubstr("status is null"));
  EXPECT_THAT(fault({"0.25", "done", "1.234"}), HasSubstr("amount holds '1.234'"));
  EXPECT_THAT(fault({"many", "done", "1.00"}), HasSubstr("rate holds 'many'"));
}

TEST(Fields, SayWhatARowConsistsOf) {
  const auto found = fields<Sample>();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "status");
  EXPECT_EQ(found[0].text, "running, published, nothing_new or failed");
  EXPECT_FALSE(found[0].is_nullable);
  EXPECT_TRUE(found[1].is_nullable);
  EXPECT_EQ(found[1].type, ValueType::money);
  EXPECT_EQ(found[1].places, 2);
  EXPECT_EQ(found[2].type, ValueType::rounded);
  EXPECT_EQ(found[2].places, 4);
}

}  // namespace
}  // namespace cartograph::answers
