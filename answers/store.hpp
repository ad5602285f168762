// What holds for all figures of a published run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "answers/fields.hpp"

namespace cartograph::answers {

struct Store {
  static constexpr std::string_view kAnswer = "store";
  std::optional<std::string> reporting_currency;
  std::optional<std::string> reporting_timezone;
  std::optional<Day> first_day;
  std::optional<Day> last_day;
};
BOOST_DESCRIBE_STRUCT(Store, (), (reporting_currency, reporting_timezone, first_day, last_day))

}  // namespace cartograph::answers
