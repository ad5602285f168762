// What is kept of an engine's message, and what is not.
#include "warehouse/engine_words.hpp"

#include <gtest/gtest.h>

namespace cartograph::warehouse {
namespace {

TEST(EngineWords, LoseThePlaceInTheStatement) {
  EXPECT_EQ(one_line("Conversion Error: Could not cast value 12345678901234567.00 to "
                     "DECIMAL(18,2)\n\nLINE 25:     cast(sum(net) as numeric(18, 2))\n"
                     "             ^"),
            "Conversion Error: Could not cast value 12345678901234567.00 to DECIMAL(18,2)");
  EXPECT_EQ(one_line("ERROR:  syntax error at or near \"form\"\nLINE 1: select 1 form t\n"
                     "                 ^\nHINT:  look again\n"),
            "ERROR:  syntax error at or near \"form\" HINT:  look again");
}

TEST(EngineWords, AreOtherwiseKeptOnOneLine) {
  EXPECT_EQ(one_line("connection to server failed: refused\n\tIs the server running?\n"),
            "connection to server failed: refused Is the server running?");
  EXPECT_EQ(one_line("LINE items are wrong"), "LINE items are wrong");
  EXPECT_EQ(one_line("LINE 5"), "LINE 5");
  EXPECT_EQ(one_line("it is\n^\nthere"), "it is ^ there");
  EXPECT_EQ(one_line(""), "");
}

}  // namespace
}  // namespace cartograph::warehouse
