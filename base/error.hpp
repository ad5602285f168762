// The small hierarchy of what ends a step. A row's faults are values (contracts/); these are
// thrown. Each message says what was being done, on which file or table, and what to do next.
#pragma once

#include <stdexcept>
#include <string>

namespace cartograph {

/// Something failed for good; the published state is as it was. Exit status 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller asked for something that cannot be: wrong option, key or value. Exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// What was asked for does not exist: an order, a run, a day. Exit status 2.
class NotFound : public Error {
 public:
  using Error::Error;
};

/// The work was stopped from outside (SIGTERM, SIGINT); nothing was changed. Exit status 1.
class Stopped : public Error {
 public:
  using Error::Error;
};

/// It is not known whether a commit took place; the next run finds out. Exit status 4.
class UnknownOutcome : public Error {
 public:
  using Error::Error;
};

/// Another run holds the warehouse. Exit status 3.
class WarehouseBusy : public Error {
 public:
  using Error::Error;
};

/// A failure that may pass by itself (a lost connection, a serialisation failure): the only kind
/// that is retried.
class TransientError : public Error {
 public:
  using Error::Error;
};

/// The exit status that belongs to `error`.
inline int exit_status(const std::exception& error) {
  if (dynamic_cast<const UsageError*>(&error) != nullptr) return 2;
  if (dynamic_cast<const NotFound*>(&error) != nullptr) return 2;
  if (dynamic_cast<const WarehouseBusy*>(&error) != nullptr) return 3;
  if (dynamic_cast<const UnknownOutcome*>(&error) != nullptr) return 4;
  return 1;
}

}  // namespace cartograph
