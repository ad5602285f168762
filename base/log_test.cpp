// Messages go to standard error only. The format is set once a process, so each case has its own.
#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace cartograph::log {
namespace {

[[noreturn]] void say_everything(Format format, bool quiet, std::string_view message) {
  configure(format, quiet);
  info(message);
  warning(message);
  error(message);
  std::exit(0);
}

TEST(LogDeathTest, TextNamesWarningsAndErrors) {
  EXPECT_EXIT(say_everything(Format::text, false, "all {} well"), testing::ExitedWithCode(0),
              "all \\{\\} well\nwarning: all \\{\\} well\nerror: all \\{\\} well\n");
}

TEST(LogDeathTest, QuietLeavesOutInformationOnly) {
  EXPECT_EXIT(say_everything(Format::text, true, "m"), testing::ExitedWithCode(0),
              "^warning: m\nerror: m\n$");
}

TEST(LogDeathTest, JsonIsOneEscapedObjectALine) {
  EXPECT_EXIT(say_everything(Format::json, false, "a \"b\" \\ c\nd"), testing::ExitedWithCode(0),
              "^\\{\"time\":\"20[0-9-]+T[0-9:.]+Z\",\"level\":\"info\",\"message\":"
              "\"a \\\\\"b\\\\\" \\\\\\\\ c\\\\u000ad\"\\}\n"
              "\\{\"time\":[^\n]*\"level\":\"warning\",\"message\":[^\n]*\\}\n"
              "\\{\"time\":[^\n]*\"level\":\"error\",\"message\":[^\n]*\\}\n$");
}

TEST(LogDeathTest, JsonStaysJsonWhateverBytesAFileNameHolds) {
  EXPECT_EXIT(say_everything(Format::json, false, "2025-03-10/notes\xFF.txt: ignored"),
              testing::ExitedWithCode(0), testing::Not(testing::HasSubstr("\xFF")));
}

}  // namespace
}  // namespace cartograph::log
