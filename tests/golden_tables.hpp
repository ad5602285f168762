// The golden example as a whole: each of its tables held against what is expected.
#pragma once

#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace cartograph::tests {

/// The tables of tests/golden/expected whose names begin with one of `beginnings`; all without any.
std::vector<std::string> golden_tables(const std::vector<std::string>& beginnings = {});
/// Expects each of them to be as it stands there.
void expect_golden(warehouse::Connection& connection,
                   const std::vector<std::string>& beginnings = {});

}  // namespace cartograph::tests
