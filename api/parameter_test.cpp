// What parameters take, and what is said of others.
#include "api/parameter.hpp"

#include <gtest/gtest.h>

namespace cartograph::api {
namespace {

std::vector<Parameter> parameters() {
  return {
      {.name = "from", .type = ParameterType::day},
      {.name = "to", .type = ParameterType::day},
      {.name = "limit", .type = ParameterType::integer, .otherwise = "100", .min = 1, .max = 1000},
      {.name = "status",
       .type = ParameterType::choice,
       .otherwise = "open",
       .choices = {"open", "all"}},
      {.name = "country", .type = ParameterType::list},
      {.name = "id", .type = ParameterType::text, .is_in_path = true}};
}

std::vector<ParameterFault> faults_of(
    const std::vector<std::pair<std::string, std::string>>& given) {
  try {
    read_arguments(parameters(), given);
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 422);
    return problem.faults();
  }
  return {};
}

TEST(Arguments, AreWhatIsGivenAndElseTheDefaults) {
  const Arguments arguments =
      read_arguments(parameters(), {{"from", "2025-03-01"}, {"limit", "7"}, {"country", "DE,FR"}});
  EXPECT_EQ(arguments.day("from"), parse_day("2025-03-01"));
  EXPECT_FALSE(arguments.day("to"));
  EXPECT_EQ(arguments.integer("limit"), 7);
  EXPECT_EQ(arguments.text("status"), "open");
  EXPECT_EQ(arguments.list("country"), (std::vector<std::string>{"DE", "FR"}));
}

TEST(Arguments, OfAListMayHoldCommasInQuotes) {
  const auto list = [](const std::string& text) {
    return read_arguments(parameters(), {{"country", text}}).list("country");
  };
  using Values = std::vector<std::string>;
  EXPECT_EQ(list(R"("a, b",c)"), (Values{"a, b", "c"}));
  EXPECT_EQ(list(R"(c,"a ""b"", c")"), (Values{"c", R"(a "b", c)"}));
  EXPECT_EQ(list(R"(""",")"), (Values{R"(",)"}));
  EXPECT_EQ(list(R"("a""b")"), (Values{R"(a"b)"}));
  EXPECT_EQ(list(R"("a"b,c)"), (Values{R"("a"b)", "c"})) << "quotes that quote nothing";
  EXPECT_EQ(list(R"("a,b)"), (Values{R"("a)", "b"}));
  EXPECT_EQ(list(R"(a"b,c)"), (Values{R"(a"b)", "c"}));
}

TEST(Arguments, ThatAreWrongAreNamedWithWhatIsAllowed) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"from", "2025-02-30"},
                                                        {"from", "1.3.2025"},
                                                        {"from", ""},
                                                        {"limit", "0"},
                                                        {"limit", "1001"},
                                                        {"limit", "1e2"},
                                                        {"limit", " 1"},
                                                        {"limit", "99999999999999999999"},
                                                        {"status", "OPEN"},
                                                        {"country", "DE,,FR"},
                                                        {"country", ""},
                                                        {"id", ""}}) {
    const auto faults = faults_of({{name, value}});
    ASSERT_EQ(faults.size(), 1U) << name << "=" << value;
    EXPECT_EQ(faults[0].parameter, name);
    EXPECT_FALSE(faults[0].allowed.empty());
  }
}

TEST(Arguments, ThatAreUnknownAreToldTheNearest) {
  const auto faults = faults_of({{"form", "2025-03-01"}});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_NE(faults[0].detail.find("the nearest one is from"), std::string::npos);
  EXPECT_EQ(faults[0].allowed, "one of from, to, limit, status, country");
}

TEST(Arguments, ThatAreWrongAreToldAllAtOnce) {
  EXPECT_EQ(faults_of({{"from", "x"}, {"limit", "x"}, {"what", "x"}}).size(), 3U);
}

TEST(Arguments, AreGivenOnce) { EXPECT_EQ(faults_of({{"limit", "1"}, {"limit", "1"}}).size(), 1U); }

TEST(Arguments, OfARangeAreInOrder) {
  EXPECT_EQ(faults_of({{"from", "2025-03-02"}, {"to", "2025-03-01"}}).size(), 1U);
  EXPECT_TRUE(faults_of({{"from", "2025-03-01"}, {"to", "2025-03-01"}}).empty());
}

}  // namespace
}  // namespace cartograph::api
