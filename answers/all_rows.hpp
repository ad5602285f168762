// Every row type of an SQL file in answers/, for what has to look at all of them.
#pragma once

#include <boost/mp11.hpp>

#include "answers/runs.hpp"

namespace cartograph::answers {

using AllRows = boost::mp11::mp_list<CheckResult, RejectedCount, Run, RunFile, RunStep, TableName>;

}  // namespace cartograph::answers
