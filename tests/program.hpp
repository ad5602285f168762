// The real program as a process, for tests in C++ that have to look at the warehouse's file while
// it runs. What Python can do is in tests/*_test.py.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cartograph::tests {

struct Ended {
  int status = -1;  // exit status, or 128 and the signal that ended it
  std::string out;
  std::string err;
};

/// Runs CARTOGRAPH_PROGRAM with these arguments to its end. Variables of this process whose names
/// start with CARTOGRAPH_ are not handed on: to the program they would be configuration.
Ended run_program(const std::vector<std::string>& arguments);

/// Runs `body` in a forked process that then goes without any clean-up, as if it had been killed.
/// Returns once it has gone; throws where `body` threw.
void run_and_vanish(const std::function<void()>& body);

}  // namespace cartograph::tests
