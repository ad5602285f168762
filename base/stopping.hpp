// Stopping work from outside: whoever works for long asks now and then.
#pragma once

#include <stop_token>

#include "base/error.hpp"

namespace cartograph {

/// Throws Stopped where a stop was requested.
inline void expect_not_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Stopped("stopped");
}

}  // namespace cartograph
