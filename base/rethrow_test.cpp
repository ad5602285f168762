// What is added to an error leaves its kind as it was.
#include "base/rethrow.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string_view>
#include <typeinfo>

namespace cartograph {
namespace {

template <class Kind>
bool keeps_kind() {
  try {
    throw_as(Kind("x"), "while y: x");
  } catch (const Kind& error) {
    return typeid(error) == typeid(Kind) && error.what() == std::string_view("while y: x");
  } catch (const std::exception&) {
    return false;
  }
}

TEST(ThrowAs, KeepsTheKindOfTheError) {
  EXPECT_TRUE(keeps_kind<Error>());
  EXPECT_TRUE(keeps_kind<UsageError>());
  EXPECT_TRUE(keeps_kind<NotFound>());
  EXPECT_TRUE(keeps_kind<Stopped>());
  EXPECT_TRUE(keeps_kind<UnknownOutcome>());
  EXPECT_TRUE(keeps_kind<WarehouseBusy>());
  EXPECT_TRUE(keeps_kind<TransientError>());
  EXPECT_THROW(throw_as(std::runtime_error("x"), "y"), Error);
}

}  // namespace
}  // namespace cartograph
