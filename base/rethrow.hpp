// Errors that pass through a caller who knows what was being done.
#pragma once

#include <string>

#include "base/error.hpp"

namespace cartograph {

/// Throws an error of the kind of `error` that says `text`: for adding what was being done without
/// making of what may pass, or was asked for, what has failed for good.
[[noreturn]] inline void throw_as(const std::exception& error, const std::string& text) {
  if (dynamic_cast<const UsageError*>(&error) != nullptr) throw UsageError(text);
  if (dynamic_cast<const NotFound*>(&error) != nullptr) throw NotFound(text);
  if (dynamic_cast<const Stopped*>(&error) != nullptr) throw Stopped(text);
  if (dynamic_cast<const UnknownOutcome*>(&error) != nullptr) throw UnknownOutcome(text);
  if (dynamic_cast<const WarehouseBusy*>(&error) != nullptr) throw WarehouseBusy(text);
  if (dynamic_cast<const TransientError*>(&error) != nullptr) throw TransientError(text);
  throw Error(text);
}

}  // namespace cartograph
