// Values as JSON.
#include "answers/json.hpp"

#include <gtest/gtest.h>

namespace cartograph::answers {
namespace {

struct Part {
  std::string name;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, amount))

struct Whole {
  Day day;
  std::optional<Instant> at;
  std::optional<Rate> rate;
  Average average;
  bool is_open = false;
  std::int64_t count = 0;
  Part part;
  std::vector<Part> parts;
  std::vector<std::vector<std::string>> cells;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (day, at, rate, average, is_open, count, part, parts, cells))

TEST(Json, WritesAWholeValue) {
  Whole whole{*parse_day("2025-03-01"),
              Instant{0},
              Rate{1.0 / 3},
              Average{75.2},
              true,
              -7,
              {"a \"b\"", {-5}},
              {{"x", {100}}, {"y", {0}}},
              {{"p", "q"}, {}}};
  EXPECT_EQ(to_json(whole),
            R"({"day":"2025-03-01","at":"1970-01-01T00:00:00.000000Z","rate":0.3333,)"
            R"("average":75.20,"is_open":true,"count":-7,)"
            R"("part":{"name":"a \"b\"","amount":-0.05},)"
            R"("parts":[{"name":"x","amount":1.00},{"name":"y","amount":0.00}],)"
            R"("cells":[["p","q"],[]]})");
}

TEST(Json, WritesNothingAsNull) {
  EXPECT_EQ(to_json(std::optional<Money>()), "null");
  EXPECT_EQ(to_json(std::optional<std::string>()), "null");
  EXPECT_EQ(to_json(std::vector<Part>()), "[]");
}

TEST(Json, HasNoNegativeZero) {
  EXPECT_EQ(to_json(Rate{-0.00001}), "0.0000");
  EXPECT_EQ(to_json(Rate{-0.5}), "-0.5000");
}

}  // namespace
}  // namespace cartograph::answers
