// Heads of answers' SQL files.
#include "answers/answer_file.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::answers {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHead =
    "-- answer: days\n-- answers: what sold\n-- parameters: from date, limit bigint\n"
    "-- order: oldest first\n-- column date: the day\n-- column net: gross: less taxes\n";

TEST(AnswerFile, SaysWhatItAnswers) {
  const AnswerFile file = parse_answer_file("answers/days.sql", kHead);
  EXPECT_EQ(file.answers, "what sold");
  EXPECT_EQ(file.order, "oldest first");
  ASSERT_EQ(file.parameters.size(), 2u);
  EXPECT_EQ(file.parameters[0].name, "from");
  EXPECT_EQ(file.parameters[1].type, "bigint");
  EXPECT_EQ(file.text_of("net"), "gross: less taxes");
  EXPECT_EQ(file.text_of("gross"), "");
}

TEST(AnswerFile, IsRefusedWhereItsHeadIsWrong) {
  const auto fault = [](std::string_view path, std::string text) {
    return tests::message_of<Error>([&] { parse_answer_file(path, text); });
  };
  const std::string head(kHead);
  EXPECT_THAT(fault("answers/weeks.sql", head), HasSubstr("its name is not 'days'"));
  EXPECT_THAT(fault("answers/days.sql", head + "-- colum a: b\n"), HasSubstr("no line of a head"));
  EXPECT_THAT(fault("answers/days.sql", head + "-- column a\n"), HasSubstr("no text"));
  EXPECT_THAT(fault("answers/days.sql", "-- answer: days\nselect 1\n"), HasSubstr("needs answer"));
  EXPECT_THROW(answer_file("weeks"), Error);
}

TEST(AnswerFiles, HaveHeads) {
  EXPECT_FALSE(answer_files().empty());
  EXPECT_EQ(&answer_file("runs"), &answer_file(answer_file("runs").name));
}

}  // namespace
}  // namespace cartograph::answers
