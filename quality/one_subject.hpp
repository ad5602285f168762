// The checks on one order, day or SKU alone: with nothing else marked as changed, and of checks
// that look at everything only what they say of it. As thread-safe as the connection.
#pragma once

#include <string>
#include <vector>

#include "quality/checks.hpp"

namespace cartograph::quality {

enum class Subject { order, day, sku };

/// Runs those checks of severity error that hold for `subject`. Changes nothing, so a reader will
/// do. Throws Error naming a check that cannot be run.
std::vector<Result> run_checks_on(warehouse::Connection& connection, Subject subject,
                                  const std::string& key);

}  // namespace cartograph::quality
