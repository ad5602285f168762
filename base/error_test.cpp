// What a failure means to whoever started the program.
#include "base/error.hpp"

#include <gtest/gtest.h>

namespace cartograph {
namespace {

TEST(Error, ExitStatusTellsWrongUsageAndABusyWarehouseFromFailure) {
  EXPECT_EQ(exit_status(Error("x")), 1);
  EXPECT_EQ(exit_status(TransientError("x")), 1);
  EXPECT_EQ(exit_status(std::runtime_error("x")), 1);
  EXPECT_EQ(exit_status(UsageError("x")), 2);
  EXPECT_EQ(exit_status(WarehouseBusy("x")), 3);
}

}  // namespace
}  // namespace cartograph
