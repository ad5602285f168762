// What is told of a file's rejected rows: the first by line, and the commonest reasons.
#include "ingestion/rejections.hpp"

#include <gmock/gmock.h>

namespace cartograph::ingestion {
namespace {

using testing::ElementsAre;
using testing::Pair;

const contracts::Feed& returns() { return *contracts::find_feed("returns"); }

std::vector<std::string> told(const Rejections& rejections) {
  std::vector<std::string> lines;
  for (const auto& row : rejections.first()) {
    lines.push_back(std::to_string(row.line) + ": " + row.what);
  }
  return lines;
}

TEST(Rejections, ShowWhatStoodThere) {
  Rejections rejections;
  const std::vector<std::string_view> values{"R-1", "1001", "1", "two\xE2\x80\x8B!", "", ""};
  rejections.add(returns(), 2, "quantity: not an integer; returned_at: required", "", values);
  rejections.add(returns(), 3, "row: misplaced quote", "R-2,\"a\"b", {});
  rejections.add_header_again(4, "line_number: not an integer");
  EXPECT_THAT(told(rejections),
              ElementsAre("2: quantity 'two<U+200B>!': not an integer; returned_at: required",
                          "3: row: misplaced quote: R-2,\"a\"b", "4: the header again"));
}

TEST(Rejections, KeepTheFirstFiveByLineAndCountAll) {
  Rejections rejections;
  for (const int line : {9, 3, 8, 2, 7, 1, 6}) {
    rejections.add(returns(), line, line > 5 ? "quantity: out of range" : "order_id: required", "x",
                   {});
  }
  EXPECT_THAT(told(rejections),
              ElementsAre("1: order_id: required: x", "2: order_id: required: x",
                          "3: order_id: required: x", "6: quantity: out of range: x",
                          "7: quantity: out of range: x"));
  EXPECT_THAT(rejections.commonest(5),
              ElementsAre(Pair("quantity: out of range", 4), Pair("order_id: required", 3)));
  EXPECT_EQ(rejections.commonest(1).size(), 1u);
}

}  // namespace
}  // namespace cartograph::ingestion
